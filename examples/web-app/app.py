"""A page that writes each visit to the database, and the last count to the cache."""

import os

import psycopg
import redis
from flask import Flask

TITLE = "Hello from ECS"

app = Flask(__name__)
cache = redis.Redis(os.environ["CACHE_HOST"], decode_responses=True)


def connect() -> psycopg.Connection:
    return psycopg.connect(
        host=os.environ["DATABASE_HOST"],
        user="app",
        dbname="app",
        password=os.environ["DATABASE_PASSWORD"],
    )


@app.get("/")
def page() -> str:
    before = cache.get("visits") or "0"
    with connect() as database:
        database.execute("CREATE TABLE IF NOT EXISTS visits (at timestamptz DEFAULT now())")
        database.execute("INSERT INTO visits DEFAULT VALUES")
        visits = database.execute("SELECT count(*) FROM visits").fetchone()[0]
    cache.set("visits", visits)
    return f"{TITLE}: visit {visits}, before it {before}\n"


@app.get("/health")
def health() -> str:
    return "ok\n"
