"""Asks a running device everything that the Open Inference Protocol has, with Triton's own client.

    python3 triton_client.py ADDRESS MODEL PNG    # ADDRESS is HOST:PORT, MODEL takes float32 [N, 3, 12, 12], PNG is a picture

Prints one JSON object with what came back; the test compares it with what the model computes.
"""
import json
import sys

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

address, model, picture = sys.argv[1:]
client = triton.InferenceServerClient(address)


def ask(values, datatype, outputs=("logits",), binary_input=True, binary_output=True, **options):
    tensor = triton.InferInput("images", list(values.shape), datatype)
    tensor.set_data_from_numpy(values, binary_data=binary_input)
    wanted = [triton.InferRequestedOutput(name, binary_data=binary_output) for name in outputs]
    return client.infer(model, [tensor], outputs=wanted, **options)


def refusal(action):
    try:
        action()
    except InferenceServerException as error:
        return {"status": error.status(), "message": error.message()}
    return None


def classified():
    tensor = triton.InferInput("images", [1, 3, 12, 12], "FP32")
    tensor.set_data_from_numpy(images[:1])
    return client.infer(model, [tensor], outputs=[triton.InferRequestedOutput("logits", class_count=2)])


images = np.linspace(-1, 1, 2 * 3 * 12 * 12, dtype=np.float32).reshape(2, 3, 12, 12)
pixels = (np.arange(12 * 12 * 3) % 256).astype(np.uint8).reshape(1, 12, 12, 3)
forms = [ask(images, "FP32", binary_input=i, binary_output=o).as_numpy("logits").tolist() for i in (True, False) for o in (True, False)]
with open(picture, "rb") as file:
    encoded = np.array([file.read()], dtype=np.object_)
tensor = triton.InferInput("images", [2, 3, 12, 12], "FP32")
tensor.set_data_from_numpy(images)

report = {
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "server": client.get_server_metadata()["name"],
    "index": [entry["name"] for entry in client.get_model_repository_index()],
    "modelReady": client.is_model_ready(model),
    "inputs": client.get_model_metadata(model)["inputs"],
    "id": ask(images, "FP32", request_id="42").get_response()["id"],
    "logits": forms,
    "later": client.async_infer(model, [tensor]).get_result().as_numpy("logits").tolist(),
    "labels": [label.decode() for label in ask(images, "FP32", outputs=("label",)).as_numpy("label")],
    "pixels": ask(pixels, "UINT8").as_numpy("logits").tolist(),
    "picture": ask(encoded, "BYTES").as_numpy("logits").tolist(),
    "wrongShape": refusal(lambda: ask(images[:, :2], "FP32")),
    "noModel": refusal(lambda: client.get_model_metadata("absent")),
    "classification": refusal(classified),
}
client.unload_model(model)
report["unloaded"] = client.is_model_ready(model)
client.load_model(model)
report["loaded"] = client.is_model_ready(model)
print(json.dumps(report))
