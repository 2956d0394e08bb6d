"""GFLOP/s of a float32 matrix product of two 2048 x 2048 matrices in numpy: median of 9 after 2 that warm up."""
import json
import statistics
import time

import numpy

side = 2048
left, right = (numpy.random.rand(side, side).astype(numpy.float32) for _ in range(2))
product = numpy.empty_like(left)
seconds = []
for _ in range(11):
    start = time.perf_counter()
    numpy.dot(left, right, out=product)
    seconds.append(time.perf_counter() - start)
print(json.dumps({"version": numpy.__version__, "gigaflops": 2 * side**3 / statistics.median(seconds[2:]) / 1e9}))
