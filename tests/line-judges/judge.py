"""Asks Prism and LINE's official SDK what they think of a request (see README.md)."""

import argparse
import base64
import ctypes
import http.client
import json
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from linebot.v3.messaging import models

MODELS = {
    "/v2/bot/message/push": models.PushMessageRequest,
    "/v2/bot/message/multicast": models.MulticastRequest,
    "/v2/bot/message/narrowcast": models.NarrowcastRequest,
    "/v2/bot/message/broadcast": models.BroadcastRequest,
    "/v2/bot/message/reply": models.ReplyMessageRequest,
    "/v2/bot/message/validate/push": models.ValidateMessageRequest,
    "/v2/bot/message/validate/multicast": models.ValidateMessageRequest,
}
# Headers of the connection, and `Prefer`, by which a client tells Prism what to answer.
NOT_FORWARDED = {"host", "content-length", "connection", "transfer-encoding", "accept-encoding", "prefer", "expect"}
PRISM_TIMEOUT = 20


def ask_prism(port, method, path, headers, body):
    """What LINE's OpenAPI description has against the request."""
    forwarded = {k: v for k, v in headers.items() if k.lower() not in NOT_FORWARDED}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PRISM_TIMEOUT)
    try:
        connection.request(method, path, body=body or None, headers=forwarded)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        violations = json.loads(answer.getheader("sl-violations") or "[]")
        problems = [
            f"prism: {'.'.join(map(str, v['location']))}: {v['message']}"
            for v in violations
            if v["location"][:1] == ["request"]
        ]
        if answer.status >= 400 and not problems:
            problems.append(f"prism: {answer.status} {text[:300]}")
        return problems
    finally:
        connection.close()


def unknown_fields(sent, understood, at=""):
    """Fields that the model dropped, because it does not know them."""
    if isinstance(sent, dict) and isinstance(understood, dict):
        for key, value in sent.items():
            where = f"{at}.{key}" if at else key
            if value is None:
                continue
            if key not in understood:
                yield f"sdk: {where}: unknown field"
            else:
                yield from unknown_fields(value, understood[key], where)
    elif isinstance(sent, list) and isinstance(understood, list):
        for n, (one, other) in enumerate(zip(sent, understood)):
            yield from unknown_fields(one, other, f"{at}[{n}]")


def ask_sdk(path, sent):
    """What the official SDK's models have against the body."""
    model = MODELS.get(path.split("?")[0])
    if model is None:
        return []
    try:
        understood = model.from_dict(sent)
    except Exception as error:  # its models raise several kinds
        return [f"sdk: {' '.join(str(error).split())[:600]}"]
    if understood is None:
        return ["sdk: the body is empty"]
    return list(unknown_fields(sent, json.loads(understood.to_json())))


def judge(prism_port, request):
    """All objections to a request, an empty list if there are none."""
    if "body_base64" in request:
        body = base64.b64decode(request["body_base64"])
    else:
        body = (request.get("body") or "").encode()
    try:
        sent = json.loads(body) if body else None
    except ValueError as error:
        # Prism gives no answer at all to such a body.
        return [f"judge: the body is not JSON: {error}"]
    method, path, headers = request["method"], request["path"], request.get("headers") or {}
    return ask_prism(prism_port, method, path, headers, body) + ask_sdk(path, sent)


class Handler(BaseHTTPRequestHandler):
    """One request to the judges."""

    protocol_version = "HTTP/1.1"
    prism_port = 0

    def do_GET(self):
        self.answer(200 if self.path == "/health" else 404, {})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path != "/judge":
            return self.answer(404, {"ok": False, "problems": [f"no such path: {self.path}"]})
        try:
            problems = judge(self.prism_port, json.loads(body))
        except Exception as error:  # a judge that cannot judge must not look content
            return self.answer(500, {"ok": False, "problems": [f"judge: {type(error).__name__}: {error}"]})
        return self.answer(200, {"ok": not problems, "problems": problems})

    def answer(self, status, value):
        body = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def die_with_parent():
    """Prism ends when this process does, however it ends (Linux: PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def start_prism(node, prism, openapi, port):
    child = subprocess.Popen(
        [node, prism, "mock", "-h", "127.0.0.1", "-p", str(port), "--errors", openapi],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if child.poll() is not None:
            sys.exit(f"prism ended with {child.returncode}")
        try:
            ask_prism(port, "GET", "/v2/bot/info", {}, b"")
            return child
        except OSError:
            time.sleep(0.1)
    child.kill()
    sys.exit("prism did not answer within 60 s")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--prism-port", type=int, required=True)
    options.add_argument("--prism", required=True, help="path of prism-cli/dist/index.js")
    options.add_argument("--openapi", required=True, help="path of messaging-api.yml")
    options.add_argument("--node", default="node")
    args = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    child = start_prism(args.node, args.prism, args.openapi, args.prism_port)
    Handler.prism_port = args.prism_port
    try:
        Server(("127.0.0.1", args.port), Handler).serve_forever()
    finally:
        child.kill()


if __name__ == "__main__":
    main()
