"""Takes one job after the other from the queue, and writes down the result."""

import os

import redis

queue = redis.Redis(os.environ["QUEUE_HOST"], decode_responses=True)

print("waiting for jobs")
while True:
    _, job = queue.blpop("jobs")
    queue.rpush("done", job.upper())
    print(f"done: {job}")
