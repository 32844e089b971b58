"""Makes s3_signatures.json: requests to an S3 service as botocore signs them, and the command lines of shlex.

pip install botocore==1.35.99 && python make_s3_signatures.py
"""

import datetime
import json
import shlex
import sys
from pathlib import Path
from urllib.parse import quote, urlencode

from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

TIME = "20260131T235959Z"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
KEYS = [
    ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""),
    ("ASIATEMPORARY", "a b+c/d==%é", "IQoJb3JpZ2luX2VjEA0aCXVz/+=="),
]
REQUESTS = [
    ("GET", "http://127.0.0.1:9000", "/bucket/blobs/ab/abcd", [], EMPTY, "us-east-1"),
    ("HEAD", "https://bucket.s3.bj.bcebos.com", "/repos/aistudio/models/模型/a b+c%20~-_.()'*!", [], EMPTY, "bj"),
    (
        "GET",
        "http://store:80",
        "/b/",
        [("list-type", "2"), ("prefix", "repos/x y/&=?+%"), ("continuation-token", "1/2+3==")],
        EMPTY,
        "eu-west-3",
    ),
    ("POST", "http://127.0.0.1:9000", "/b/k", [("uploads", "")], EMPTY, "us-east-1"),
    (
        "PUT",
        "http://127.0.0.1:9000",
        "/b/k",
        [("uploadId", "a~b.c-d_e/f"), ("partNumber", "10")],
        "ab" * 32,
        "us-east-1",
    ),
    (
        "GET",
        "http://127.0.0.1:9000",
        "/b/k",
        [("b", "2"), ("B", "1"), ("a", ""), ("a!", "x"), ("ä", "é")],
        EMPTY,
        "us-east-1",
    ),
]
COMMANDS = [
    "aws-sso --profile x",
    "  a\t'b c'  \"d e\" f\\ g ",
    "a\"b\"c'd'",
    '"a\\"b\\\\c\\d"',
    "'a\\b'",
    "a ''",
    '"" b',
    "a\\\\b",
    "'open",
    '"open',
    "a\\",
    "模型 'ü'",
    "",
]


class FixedTime(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return datetime.datetime.strptime(TIME, "%Y%m%dT%H%M%SZ")

    @classmethod
    def now(cls, tz=None):
        return cls.utcnow().replace(tzinfo=tz)


def signed(cls, keys, request, **options):
    method, origin, path, query, payload, region = request
    url = origin + quote(path, safe="/-_.~") + ("?" + urlencode(query, quote_via=quote, safe="-_.~") if query else "")
    one = AWSRequest(method=method, url=url)
    one.context["payload_signing_enabled"] = True
    if payload != EMPTY:
        one.headers["X-Amz-Content-SHA256"] = payload
    cls(Credentials(keys[0], keys[1], keys[2] or None), "s3", region, **options).add_auth(one)
    return one


def words(line):
    try:
        return shlex.split(line)
    except ValueError:
        return None


def main():
    auth.datetime.datetime = FixedTime  # botocore.auth reads the clock there
    if hasattr(auth, "get_current_datetime"):
        auth.get_current_datetime = FixedTime.utcnow
    cases = []
    for keys in KEYS:
        for request in REQUESTS:
            method, origin, path, query, payload, region = request
            headers = signed(auth.S3SigV4Auth, keys, request).headers
            presigned = signed(
                auth.S3SigV4QueryAuth, keys, (method, origin, path, query, EMPTY, region), expires=3600
            ).url
            cases.append(
                {
                    "key_id": keys[0],
                    "secret": keys[1],
                    "token": keys[2],
                    "method": method,
                    "host": origin.split("//")[1].removesuffix(":80"),
                    "path": path,
                    "query": query,
                    "payload": headers["X-Amz-Content-SHA256"],
                    "region": region,
                    "time": TIME,
                    "authorization": headers["Authorization"],
                    "presigned": presigned.split("Signature=")[1],
                }
            )
    result = {"signatures": cases, "commands": [{"line": line, "words": words(line)} for line in COMMANDS]}
    Path(__file__).with_name("s3_signatures.json").write_text(
        json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    sys.exit(main())
