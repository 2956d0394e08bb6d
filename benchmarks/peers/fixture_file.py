"""What the scripts that make fixtures share: the file that a parity test reads."""
import json
import struct


def write_safetensors(path, tensors, metadata):
    """Writes tensors as float32 in the order given; the test reads them without PyTorch."""
    header, data = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        content = tensor.detach().float().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [len(data), len(data) + len(content)],
        }
        data += content
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)
    path.write_bytes(struct.pack("<Q", len(encoded)) + encoded + data)
    print(f"{path.name}: {len(tensors)} tensors, {path.stat().st_size / 1e6:.2f} MB")
