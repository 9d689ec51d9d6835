/* The network holder of a task, as ECS has a pause container: the containers of the task live in
 * its network, so that each of them may end and start again.
 *
 * holder ADDRESS PORT carries every connection to 127.0.0.1:51679, where the containers find their
 * metadata and credentials, to ADDRESS:PORT. Without arguments it only holds the network.
 *
 * It needs no C library, so that the image is this one file. `make holder` builds it. */

#define ENDPOINT 0x7f000001u /* 127.0.0.1, where SDKs take credentials without encryption from */
#define ENDPOINT_PORT 51679  /* that of the ECS agent; port 80 is the task's own */
#define BACKLOG 64
#define CHUNK 16384

/* Names and shapes of Linux, which are the same on both architectures. */
enum { AF_INET = 2, SOCK_STREAM = 1, SOL_SOCKET = 1, SO_REUSEADDR = 2, SHUT_WR = 1 };
enum { POLLIN = 1, SIG_IGN = 1, SIGPIPE = 13, SIGCHLD = 17 };

struct sockaddr_in {
    unsigned short family, port;
    unsigned address;
    char unused[8];
};

struct pollfd {
    int fd;
    short events, revents;
};

typedef unsigned long word;

#if defined(__x86_64__)
enum {
    READ = 0, WRITE = 1, CLOSE = 3, SOCKET = 41, CONNECT = 42,
    ACCEPT = 43, SHUTDOWN = 48, BIND = 49, LISTEN = 50, SETSOCKOPT = 54, CLONE = 56,
    RT_SIGACTION = 13, EXIT_GROUP = 231, PPOLL = 271
};

static word call(word number, word a, word b, word c, word d, word e)
{
    word answer;
    register word r10 __asm__("r10") = d;
    register word r8 __asm__("r8") = e;
    __asm__ volatile("syscall"
                     : "=a"(answer)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return answer;
}
__asm__(".globl _start\n_start:\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n");
#elif defined(__aarch64__)
enum {
    READ = 63, WRITE = 64, CLOSE = 57, SOCKET = 198, CONNECT = 203,
    ACCEPT = 202, SHUTDOWN = 210, BIND = 200, LISTEN = 201, SETSOCKOPT = 208, CLONE = 220,
    RT_SIGACTION = 134, EXIT_GROUP = 94, PPOLL = 73
};

static word call(word number, word a, word b, word c, word d, word e)
{
    register word x8 __asm__("x8") = number;
    register word x0 __asm__("x0") = a;
    register word x1 __asm__("x1") = b;
    register word x2 __asm__("x2") = c;
    register word x3 __asm__("x3") = d;
    register word x4 __asm__("x4") = e;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
    return x0;
}
__asm__(".globl _start\n_start:\n mov x0, sp\n bl begin\n");
#else
#error "an architecture that the holder was not written for"
#endif

static int failed(word answer) { return (long)answer < 0; }

static struct sockaddr_in place(unsigned address, unsigned port)
{
    struct sockaddr_in made = {.family = AF_INET,
                               .port = __builtin_bswap16((unsigned short)port),
                               .address = __builtin_bswap32(address)};
    return made;
}

static void pause_for_ever(void)
{
    for (;;)
        call(PPOLL, 0, 0, 0, 0, 0);
}

/* Nobody waits for the children, nor for orphans where the task shares its process ids. */
static void let_children_go(void)
{
    struct {
        word handler, flags, restorer, mask;
    } ignore = {SIG_IGN, 0, 0, 0};
    call(RT_SIGACTION, SIGCHLD, (word)&ignore, 0, sizeof ignore.mask, 0);
    call(RT_SIGACTION, SIGPIPE, (word)&ignore, 0, sizeof ignore.mask, 0);
}

static word listener(void)
{
    struct sockaddr_in here = place(ENDPOINT, ENDPOINT_PORT);
    int yes = 1;
    word made = call(SOCKET, AF_INET, SOCK_STREAM, 0, 0, 0);
    call(SETSOCKOPT, made, SOL_SOCKET, SO_REUSEADDR, (word)&yes, sizeof yes);
    if (failed(call(BIND, made, (word)&here, sizeof here, 0, 0)))
        return (word)-1;
    return failed(call(LISTEN, made, BACKLOG, 0, 0, 0)) ? (word)-1 : made;
}

/* Carry what one side has written to the other; 0 at the end of what it writes. */
static int carry(int from, int to)
{
    static char data[CHUNK];
    word length = call(READ, from, (word)data, CHUNK, 0, 0);
    if (failed(length) || length == 0)
        return 0;
    for (word done = 0; done < length;) {
        word written = call(WRITE, to, (word)(data + done), length - done, 0, 0);
        if (failed(written))
            return 0;
        done += written;
    }
    return 1;
}

static void connect_both(int client, struct sockaddr_in *target)
{
    int server = (int)call(SOCKET, AF_INET, SOCK_STREAM, 0, 0, 0);
    if (failed(call(CONNECT, server, (word)target, sizeof *target, 0, 0)))
        return;
    struct pollfd sides[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    while (sides[0].fd >= 0 || sides[1].fd >= 0) {
        if (failed(call(PPOLL, (word)sides, 2, 0, 0, 0)))
            return;
        for (int one = 0; one < 2; one++) {
            int other = one ? client : server;
            if (sides[one].fd >= 0 && sides[one].revents && !carry(sides[one].fd, other)) {
                call(SHUTDOWN, other, SHUT_WR, 0, 0, 0);
                sides[one].fd = -1; /* poll leaves negative ones out */
            }
        }
    }
}

static void forward(struct sockaddr_in *target)
{
    word listening = listener();
    while (!failed(listening)) {
        word client = call(ACCEPT, listening, 0, 0, 0, 0);
        if (failed(client))
            continue;
        if (call(CLONE, SIGCHLD, 0, 0, 0, 0) == 0) {
            connect_both((int)client, target);
            call(EXIT_GROUP, 0, 0, 0, 0, 0);
        }
        call(CLOSE, client, 0, 0, 0, 0);
    }
}

static unsigned number(const char **text)
{
    unsigned found = 0;
    for (; **text >= '0' && **text <= '9'; ++*text)
        found = found * 10 + (unsigned)(**text - '0');
    return found;
}

static unsigned address(const char *text)
{
    unsigned found = 0;
    for (int part = 0; part < 4; part++) {
        found = found << 8 | (number(&text) & 255);
        text += *text == '.';
    }
    return found;
}

/* The stack holds the number of arguments, and the arguments. */
__attribute__((used)) void begin(word *stack)
{
    const char **arguments = (const char **)(stack + 1);
    let_children_go();
    if (stack[0] == 3) {
        struct sockaddr_in target = place(address(arguments[1]), number(&arguments[2]));
        forward(&target);
    }
    pause_for_ever();
}
