"""botocore's errors -> ours: one table from AWS's error code, and one from botocore's class, to
class and hint."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.aws import regions
from ecscli.aws.answers import ForeignAnswer
from ecscli.aws.attempts import CONNECTION
from ecscli.aws.prompt import NoTerminal
from ecscli.base.errors import AccessError, AwsError, EcsCliError, Finding, InputError
from ecscli.config import aws_files
from ecscli.config.settings import Settings

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

EXPIRED = "sign in again (`aws sso login`, new session keys), then repeat the command"
INVALID = (
    "`ecscli configure show` prints which key is used and where it stands: correct it there, or use"
    " another profile with --aws-profile"
)
DENIED = (
    "ask for a policy that allows it (the page about permissions in the documentation has those of"
    " every command), or use another profile with --aws-profile"
)
MISSING = (
    "sign in with `aws configure` or `aws sso login` and choose the profile with --aws-profile or"
    " AWS_PROFILE, or store keys with `ecscli configure profile`; --sandbox needs no AWS account"
)
CLOCK = "check the clock of this machine and the secret key"
OVER = "sign in again, check the clock, then repeat the command"
SLOWER = (
    "AWS lets this account make no more calls of this kind for now: repeat the command in a minute"
)
LATER = (
    "the problem is on AWS's side and usually passes: repeat the command in a minute"
    " (health.aws.amazon.com)"
)
BAD_ANSWER = "BadAnswer"
NO_CREDENTIALS = "NoCredentialsError"
UNKNOWN_REGION = "UnknownRegion"  # the sandbox's: on AWS such an address does not exist
SANDBOX = "start it with `ecscli sandbox start`; its log is named by `ecscli sandbox status`"
FOREIGN = (
    "something answers in AWS's place, as a proxy or a login page does: check HTTPS_PROXY,"
    " AWS_ENDPOINT_URL"
)
CLUSTER = "create it with `ecscli up --cluster {}`, or name another with --cluster"

ACCESS: dict[str, str] = {
    "ExpiredToken": EXPIRED,
    "ExpiredTokenException": EXPIRED,
    "RequestExpired": OVER,
    "TokenRefreshRequired": EXPIRED,
    "InvalidClientTokenId": INVALID,
    "UnrecognizedClientException": INVALID,
    "InvalidAccessKeyId": INVALID,
    "AuthFailure": INVALID,
    "InvalidSignatureException": CLOCK,
    "SignatureDoesNotMatch": CLOCK,
    "IncompleteSignature": CLOCK,
    "MissingAuthenticationToken": MISSING,
    "MissingAuthenticationTokenException": MISSING,
    "AccessDenied": DENIED,
    "AccessDeniedException": DENIED,
    "UnauthorizedOperation": DENIED,
    "UnauthorizedException": DENIED,
    "NotAuthorized": DENIED,
    "OptInRequired": "enable the service or the region for this account in the AWS console",
    "SubscriptionRequiredException": "enable the service for this account in the AWS console",
}
# What refused credentials mean, by the hint; of an action that is not allowed AWS's words say it
MEANINGS: dict[str, str] = {
    EXPIRED: "the session has expired",
    OVER: "the session has expired, or the clock of this machine is wrong",
    INVALID: "AWS does not know the access key",
    CLOCK: "the secret key or the clock of this machine is wrong",
    MISSING: "the request has no valid credentials",
}
HINTS: dict[str, str] = {
    "ClusterNotFoundException": CLUSTER.format("NAME"),
    "ServiceNotFoundException": (
        "see what runs with `ecscli ps`, or create it with `ecscli compose service up`"
    ),
    "ServiceNotActiveException": "it was deleted: create it again with `ecscli compose service up`",
    "ResourceNotFoundException": "check the name and --region; it may have been deleted meanwhile",
    "PlatformUnknownException": "use LATEST or a version from the Fargate documentation",
    "UpdateInProgressException": "wait until the update that is under way has ended",
    "RepositoryNotFoundException": (
        "see the repositories with `ecscli images`; `ecscli push` makes missing ones"
    ),
    "InsufficientCapabilitiesException": (
        "acknowledge the creation of IAM resources with --capability-iam"
    ),
}
QUOTA = "ask for a higher quota in Service Quotas, or delete what is not used"
# how AWS names and words an exhausted quota; ECS does so in an InvalidParameterException as well
QUOTA_CODE = re.compile(r"(Limit|Quota)Exceeded(Exception)?$")
QUOTA_WORDS = re.compile(
    r"maximum number of .* (exceeded|reached)|(reached|exceeds?|exceeded) the (limit|quota|maximum)"
)
# what policies call a service, where botocore calls it otherwise
POLICY_PREFIXES: dict[str, str] = {
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "service-quotas": "servicequotas",
}
THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "PriorRequestNotComplete",
        "EC2ThrottledException",
    }
)
PASSING = THROTTLED | {
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServerException",
    "ServerException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ConnectionError",
    "500",
    "502",
    "503",
    "504",
}
ABSENT = frozenset(
    {
        "ClusterNotFoundException",
        "ServiceNotFoundException",
        "ResourceNotFoundException",
        "RepositoryNotFoundException",
        "ImageNotFoundException",
        "NoSuchEntity",
        "NotFoundException",
        "ParameterNotFound",
        "ChangeSetNotFound",
        "InstanceProfileNotFound",
    }
)

# botocore's errors about credentials, with what to do
LOGINS: dict[str, str] = {
    "NoCredentialsError": MISSING,
    "PartialCredentialsError": (
        "give both parts of the key: `ecscli configure show` names their source"
    ),
    "CredentialRetrievalError": (
        "check the credential_process of the profile, or the role of this machine"
    ),
    "ProfileNotFound": (
        "`aws configure list-profiles` lists them: choose one with --aws-profile, or add it with"
        " `aws configure --profile NAME`"
    ),
    "SSOTokenLoadError": "sign in with `aws sso login`, with the same --profile",
    "UnauthorizedSSOTokenError": "sign in with `aws sso login`, with the same --profile",
    "TokenRetrievalError": "sign in with `aws sso login`, with the same --profile",
    "NoAuthTokenError": "sign in with `aws sso login`, with the same --profile",
    "LoginRefreshRequired": "sign in with `aws login`",
    "LoginInsufficientPermissions": "sign in with `aws login`",
    "LoginTokenLoadError": "sign in with `aws login`",
    "RefreshWithMFAUnsupportedError": (
        "run any command once on a terminal, type the code there, and repeat this one"
    ),
    "InfiniteLoopConfigError": "repair source_profile in ~/.aws/config",
    "InvalidConfigError": "repair the profile in ~/.aws/config",
    "MetadataRetrievalError": (
        "the machine's metadata service does not answer: name a profile with --aws-profile"
    ),
}
# What botocore raises itself over an answer that it cannot take apart
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RuntimeError)
UNKNOWN = "Unknown"
REGIONS = ("InvalidRegionError", "NoRegionError", "UnknownRegionError")
NETWORK = "check the network and --region"
OWN_ADDRESS = "the address comes from {}: see that something answers there, or remove it"
AMAZON = re.compile(r"\.(amazonaws\.com(\.cn)?|api\.aws)(:\d+)?/?$")
REASONS: dict[str, str] = {
    "EndpointConnectionError": "no connection",
    "ConnectTimeoutError": "the connection took too long",
    "ReadTimeoutError": "the answer took too long",
    "ConnectionClosedError": "the connection was closed before an answer came",
}
USER = re.compile(r"(?<=://)[^/@\s]*@")


class Explained(AwsError):
    """An error of AWS whose message is a sentence of ours: AWS's name for it would add nothing."""

    def lines(self) -> Iterator[str]:
        yield from Finding(self.message, self.where, self.hint).lines()


def translate(error: Exception, call: str, settings: Settings, address: str = "") -> Exception:
    """Our error for what `call`, a service and an operation, raised at an address; one of ours, and
    one that has nothing to do with AWS, is returned as it is."""
    from botocore.exceptions import BotoCoreError, ClientError

    if isinstance(error, EcsCliError):
        return error
    if isinstance(error, ClientError):
        return _refused(error, call, settings, address)
    if isinstance(error, ForeignAnswer):
        return _foreign_answer(error, call, settings, address)
    if isinstance(error, BotoCoreError):
        return _failed(error, call, settings, address)
    if isinstance(error, UNREADABLE) and _is_of_login(error):
        return _unusable_login(error, settings)
    if isinstance(error, UNREADABLE) or type(error).__name__ == "ResponseParserError":
        return _unreadable(error, call, settings, address)
    return _of_this_machine(error) or error


def _unreadable(error: Exception, call: str, settings: Settings, address: str) -> EcsCliError:
    """What botocore raises itself over a text that it cannot send, or an answer that it cannot take
    apart."""
    if isinstance(error, UnicodeEncodeError):
        hint = "look for odd bytes in variables and names"
        return InputError("a text that is to be sent is not UTF-8", hint=hint)
    return _foreign("it cannot be read", call, settings, address)


def _is_of_login(error: Exception) -> bool:
    """Whether botocore raised it over credentials, and not over an answer."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") == "botocore.credentials":
            return True
        trace = trace.tb_next
    return False


def _unusable_login(error: Exception, settings: Settings) -> AccessError:
    """What a program of a profile printed that botocore cannot take, or that has expired."""
    login = settings.login
    subject = f"profile {login.profile}" if login.profile else "the profile in use"
    message = f"the credentials of {subject} cannot be used: {error}"
    if type(error).__name__ == "JSONDecodeError":
        message = f"credential_process of {subject} printed no JSON"
    return AccessError(message, login.source, LOGINS["CredentialRetrievalError"])


def _of_this_machine(error: Exception) -> EcsCliError | None:
    """The errors of a missing terminal, and of botocore's caches below ~/.aws."""
    if isinstance(error, EOFError | NoTerminal):  # an MFA code was asked where nobody can type one
        message = "the profile asks for an MFA code, and there is no terminal to type it"
        hint = "run any command once on a terminal: the session is kept for the next ones"
        return AccessError(message, hint=hint)
    if isinstance(error, OSError) and error.filename:
        message = f"the file cannot be used: {error.strerror}"
        return AccessError(message, str(error.filename), "check who may use it")
    return None


def _foreign(what: str, call: str, settings: Settings, address: str) -> AwsError:
    """An answer that is not AWS's: who gave it, and in what it differs."""
    who = _without_user(address) or "what answers here"
    hint = SANDBOX if settings.sandbox_url else FOREIGN
    return AwsError(
        f"{who} does not answer as AWS does: {what}", hint=hint, operation=call, code=BAD_ANSWER
    )


def _without_user(text: str) -> str:
    """A text without the user and the password of addresses in it."""
    return USER.sub("", text)


def transient(error: AwsError) -> bool:
    """Whether waiting may help: throttling, a lost connection, an error on AWS's side."""
    return error.code in PASSING


def lost(error: AwsError) -> bool:
    """Whether no answer came, so that the call may have been carried out."""
    return error.code == "ConnectionError"


def denied(error: EcsCliError) -> bool:
    """Whether AWS knows the credentials, and does not allow them this call."""
    return isinstance(error, AccessError) and ACCESS.get(error.code) == DENIED


def is_session_over(error: EcsCliError) -> bool:
    """Whether the credentials themselves were refused, or there are none: a read that may be denied
    ends the command then."""
    return isinstance(error, AccessError) and not denied(error)


def is_foreign(error: EcsCliError) -> bool:
    """Whether something that is not AWS has answered."""
    return isinstance(error, AwsError) and error.code == BAD_ANSWER


def missing(error: AwsError) -> bool:
    """Whether the thing asked for does not exist, by AWS's answer."""
    absent = error.code in ABSENT or error.code.endswith(
        (".NotFound", "NotFoundFault", "NotFoundException")
    )
    return absent or (error.code == "ValidationError" and "does not exist" in error.message)


def _foreign_answer(
    error: ForeignAnswer, call: str, settings: Settings, address: str
) -> EcsCliError:
    """The error for an answer that is not AWS's; the address is that of the caller's service
    alone."""
    answered = error.call or call
    is_elsewhere = answered.partition(" ")[0] != call.partition(" ")[0]
    return _foreign(str(error), answered, settings, "" if is_elsewhere else address)


def _refused(error: ClientError, call: str, settings: Settings, address: str) -> EcsCliError:
    """The error that AWS answered with."""
    code, message = _code_and_message(error)
    if code in ACCESS:
        return _no_access(error, code, message, call, settings)
    if code == UNKNOWN_REGION:
        region = settings.region.value or ""
        return InputError(regions.unknown(region) or message, settings.region.source)
    if code in (UNKNOWN, str(_status(error))):
        return _unnamed(error, call, settings, address)
    return _aws_error(error.operation_name, code, message, _request_id(error), settings)


def _unnamed(error: ClientError, call: str, settings: Settings, address: str) -> AwsError:
    """AWS names its errors; what gives a bare status below 500 is something else."""
    status = _status(error)
    if status < 500:
        what = f"HTTP {status} without AWS's code of an error"
        return _foreign(what, call, settings, address)
    reason = "AWS gave no reason"
    return _aws_error(error.operation_name, str(status), reason, _request_id(error), settings)


def _status(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def _request_id(error: ClientError) -> str:
    return str(error.response.get("ResponseMetadata", {}).get("RequestId") or "")


def _code_and_message(error: ClientError) -> tuple[str, str]:
    answer = error.response.get("Error", {})
    message = str(answer.get("Message") or "AWS gave no message").strip()
    return str(answer.get("Code") or UNKNOWN), message


def _no_access(
    error: ClientError, code: str, message: str, call: str, settings: Settings
) -> AccessError:
    """The credentials, or what they allow, were refused."""
    hint = f"{ACCESS[code]} (credentials used: {settings.login.source})"
    refusal = f"{error.operation_name}: {code}: {message}"
    meaning = MEANINGS.get(ACCESS[code])
    if ACCESS[code] == DENIED:
        meaning = f"these credentials have no permission for {_action(error, call)}"
        refusal = f"{code}: {message}"
    return AccessError(f"{meaning} ({refusal})" if meaning else refusal, hint=hint, code=code)


def _aws_error(
    operation: str, code: str, message: str, request_id: str, settings: Settings
) -> AwsError:
    no_cluster, cluster = code == "ClusterNotFoundException", settings.cluster.value
    hint = HINTS.get(code) or _waiting(code) or _larger_quota(code, message)
    if no_cluster and cluster:
        message = f"there is no cluster {cluster} in {settings.region.value}"
        hint = CLUSTER.format(cluster)
    kind = Explained if no_cluster and cluster else AwsError
    error = kind(message, hint=hint, operation=operation, code=code, request_id=request_id)
    if no_cluster:
        error.exit_code = InputError.exit_code  # the user gave the name
    return error


def _action(error: ClientError, call: str) -> str:
    """The refused action as policies name it."""
    service = call.partition(" ")[0]
    return f"{POLICY_PREFIXES.get(service, service)}:{error.operation_name}"


def _waiting(code: str) -> str | None:
    """What to do about a problem that passes."""
    if code in THROTTLED:
        return SLOWER
    return LATER if code in PASSING else None


def _larger_quota(code: str, message: str) -> str | None:
    """What to do about an exhausted quota."""
    return QUOTA if QUOTA_CODE.search(code) or QUOTA_WORDS.search(message) else None


def no_login(message: str, hint: str, where: str | None = None, code: str = "") -> AccessError:
    """No credentials: because of a file that cannot be read, where there is one, as botocore passes
    over it."""
    problem = aws_files.unreadable(os.environ)
    if problem is None:
        return AccessError(message, where, hint, code)
    hint = "make the file readable, or name others with AWS_CONFIG_FILE"
    return AccessError(f"{message}: {problem}", hint=hint, code=code)


def _failed(error: BotoCoreError, call: str, settings: Settings, address: str) -> EcsCliError:
    """An error that botocore raised before or instead of an answer."""
    name = type(error).__name__
    if name in LOGINS:
        return _without_login(error, name, settings)
    if name in CONNECTION:
        return _no_answer(error, call, settings, address)
    if name == "PaginationError":
        return _foreign("a page leads back to one that was read already", call, settings, address)
    if name in REGIONS:
        message = f'"{settings.region.value}" is not a region'
        return InputError(message, settings.region.source, "for example us-east-1")
    if name == "ConfigParseError":
        return InputError(str(error), hint="repair the AWS configuration file")
    return AwsError(_without_user(str(error)), operation=call, code=name)


def _without_login(error: BotoCoreError, name: str, settings: Settings) -> AccessError:
    if name != "ProfileNotFound":
        message = "no AWS credentials were found" if name == NO_CREDENTIALS else str(error)
        return no_login(message, LOGINS[name], code=name)
    login = settings.login
    where = None if login.profile is None else login.source
    return no_login(f'there is no AWS profile "{error.kwargs["profile"]}"', LOGINS[name], where)


def _reason(error: BotoCoreError) -> str:
    """What botocore says of a lost connection, in a few words where they are known."""
    below = error.kwargs.get("error")
    if type(below).__name__ == "NameResolutionError":
        return "this name has no address"
    if "Connection refused" in str(below):
        return "the connection was refused"
    return REASONS.get(type(error).__name__) or _without_user(str(error))


def _source(address: str, settings: Settings) -> str | None:
    """What set an address that is not AWS's own; None for one that is."""
    if not address or AMAZON.search(address):
        return None
    wanted = address.rstrip("/")
    if settings.endpoint and settings.endpoint.rstrip("/") == wanted:
        return "--endpoint"
    for name, value in os.environ.items():
        if name.startswith("AWS_ENDPOINT_URL") and value.rstrip("/") == wanted:
            return name
    return "endpoint_url in ~/.aws/config"


def _no_answer(error: BotoCoreError, call: str, settings: Settings, address: str) -> AwsError:
    if settings.sandbox_url:
        message, hint = f"the sandbox at {settings.sandbox_url} does not answer", SANDBOX
    else:
        message = f"no answer from {_without_user(address) or 'AWS'} ({call}): {_reason(error)}"
        source = _source(address, settings)
        own = OWN_ADDRESS.format(source) if source else NETWORK
        hint = regions.unknown(settings.region.value or "") or own
    return Explained(message, hint=hint, operation=call, code="ConnectionError")
