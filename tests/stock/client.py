"""The Python provider: one flag at a time."""
import json
import os

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

token = os.environ["TOKEN"]
api.set_provider(OFREPProvider(os.environ["ENDPOINT"], headers_factory=lambda: {"Authorization": f"Bearer {token}"}))
client = api.get_client()
for key, user, tier in json.loads(os.environ["QUESTIONS"]):
    found = client.get_boolean_details(key, False, EvaluationContext(user, {"tier": tier}))
    print(json.dumps({
        "key": key, "value": found.value, "reason": found.reason and str(getattr(found.reason, "value", found.reason)), "variant": found.variant,
        "errorCode": found.error_code and found.error_code.value, "kind": (found.flag_metadata or {}).get("ruleKind"),
    }))
