"""The judges refuse what is known to be wrong and accept what is right. Needs KAIRAN_TEST_LINE_JUDGE_URL."""

import base64
import json
import os
import unittest
import urllib.request

URL = os.environ["KAIRAN_TEST_LINE_JUDGE_URL"].rstrip("/") + "/judge"
HEADERS = {
    "Authorization": "Bearer token",
    "Content-Type": "application/json",
    "X-Line-Retry-Key": "123e4567-e89b-42d3-a456-426614174000",
}
TEXT = {"type": "text", "text": "児童手当の手続きについて"}


def user(n):
    return f"U{n:032x}"


def ask(body, headers=HEADERS, path="/v2/bot/message/multicast", method="POST", raw=None):
    text = raw if raw is not None else json.dumps(body, ensure_ascii=False)
    question = {"method": method, "path": path, "headers": headers}
    question["body_base64"] = base64.b64encode(text.encode()).decode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(URL, json.dumps(question).encode(), {"content-type": "application/json"})
    with opener.open(request, timeout=60) as answer:
        return json.load(answer)


class Judges(unittest.TestCase):
    def accepted(self, *args, **named):
        self.assertEqual(ask(*args, **named), {"ok": True, "problems": []})

    def refused(self, word, *args, **named):
        verdict = ask(*args, **named)
        self.assertFalse(verdict["ok"], verdict)
        self.assertIn(word, " ".join(verdict["problems"]))

    def test_right_requests(self):
        self.accepted({"to": [user(n) for n in range(500)], "messages": [TEXT] * 5})
        self.accepted({"to": user(1), "messages": [TEXT], "notificationDisabled": False}, path="/v2/bot/message/push")
        bubble = {
            "type": "bubble",
            "body": {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": "期日"}]},
        }
        self.accepted({"to": [user(1)], "messages": [{"type": "flex", "altText": "期日", "contents": bubble}]})
        self.accepted(None, path="/v2/bot/message/quota", method="GET", raw="")

    def test_a_body_as_text(self):
        question = {"method": "POST", "path": "/v2/bot/message/multicast", "headers": HEADERS}
        question["body"] = json.dumps({"to": [user(1)], "messages": [TEXT]})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(URL, json.dumps(question).encode()), timeout=60) as answer:
            self.assertEqual(json.load(answer), {"ok": True, "problems": []})

    def test_six_messages(self):
        self.refused("prism:", {"to": [user(1)], "messages": [TEXT] * 6})
        self.refused("sdk:", {"to": [user(1)], "messages": [TEXT] * 6})

    def test_501_recipients(self):
        self.refused("prism:", {"to": [user(n) for n in range(501)], "messages": [TEXT]})
        self.refused("sdk:", {"to": [user(n) for n in range(501)], "messages": [TEXT]})

    def test_no_messages(self):
        self.refused("prism:", {"to": [user(1)]})

    def test_a_kind_of_message_that_does_not_exist(self):
        self.refused("sdk:", {"to": [user(1)], "messages": [{"type": "bogus", "text": "x"}]})

    def test_a_message_without_its_text(self):
        self.refused("sdk:", {"to": [user(1)], "messages": [{"type": "text"}]})

    def test_fields_that_do_not_exist(self):
        self.refused("notifyDisabled", {"to": [user(1)], "messages": [TEXT], "notifyDisabled": True})
        self.refused("messages[0].txet", {"to": [user(1)], "messages": [TEXT | {"txet": "x"}]})

    def test_a_bad_layout(self):
        bubble = {"type": "bubble", "body": {"type": "box", "layout": "diagonal", "contents": []}}
        self.refused("sdk:", {"to": [user(1)], "messages": [{"type": "flex", "altText": "x", "contents": bubble}]})

    def test_headers(self):
        body = {"to": [user(1)], "messages": [TEXT]}
        self.refused("401", body, headers={k: v for k, v in HEADERS.items() if k != "Authorization"})
        self.refused("uuid", body, headers=HEADERS | {"X-Line-Retry-Key": "nope"})

    def test_a_path_that_does_not_exist(self):
        self.refused("404", {"to": [user(1)], "messages": [TEXT]}, path="/v2/bot/message/multicats")

    def test_not_json(self):
        self.refused("not JSON", None, raw="{")


if __name__ == "__main__":
    unittest.main(verbosity=0)
