"""Prints as JSON how long FID from stored features takes with numpy and scipy: real.f32 fake.f32 count size method."""

import json
import resource
import sys
import time

import numpy as np
import scipy
from scipy import linalg

real, fake, count, size, method = sys.argv[1:]
shape = int(count), int(size)
one, other = (np.fromfile(path, "<f4").reshape(shape) for path in (real, fake))
start = time.perf_counter()
(mu1, sigma1), (mu2, sigma2) = (
    (x.mean(axis=0), np.cov(x, rowvar=False)) for x in (one.astype("f8"), other.astype("f8"))
)
middle = time.perf_counter()
difference = mu1 - mu2
if method == "sqrtm":  # as pytorch-fid and clean-fid
    trace = np.trace(linalg.sqrtm(sigma1.dot(sigma2)).real)
else:  # as torch-fidelity
    trace = np.sqrt(linalg.eigvals(sigma1.dot(sigma2)).astype(complex)).real.sum()
fid = difference.dot(difference) + np.trace(sigma1) + np.trace(sigma2) - 2 * trace
end = time.perf_counter()
print(
    json.dumps(
        {
            "fid": float(fid),
            "statisticsSeconds": middle - start,
            "distanceSeconds": end - middle,
            "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "numpy": np.__version__,
            "scipy": scipy.__version__,
        }
    )
)
