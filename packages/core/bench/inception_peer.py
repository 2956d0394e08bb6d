"""Inception's features in PyTorch, batch by batch as standard input asks: weights.pth pictures.f32 batch threads."""

import json
import resource
import sys
import time

import numpy as np
import pytorch_fid.inception
import torch

weights, pictures, batch, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
torch.manual_seed(1)
state = pytorch_fid.inception._inception_v3(num_classes=1008, aux_logits=False, weights=None).state_dict()
torch.save(state, weights)
pytorch_fid.inception.load_state_dict_from_url = lambda *_, **__: state
network = pytorch_fid.inception.InceptionV3(resize_input=False, normalize_input=False).eval()
images = torch.from_numpy(np.fromfile(pictures, "<f4").reshape(int(batch), 299, 299, 3)).permute(0, 3, 1, 2)
print(json.dumps({"torch": torch.__version__}), flush=True)

for line in sys.stdin:
    memory_format = torch.channels_last if line.strip() == "channels-last" else torch.contiguous_format
    network = network.to(memory_format=memory_format)
    given = images.contiguous(memory_format=memory_format)
    with torch.inference_mode():
        start = time.perf_counter()
        features = network(given)[0][:, :, 0, 0]
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "features": features[0, :64].tolist(), "peakMegabytes": peak}), flush=True)
