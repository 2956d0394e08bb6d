"""The conditional form of DCGAN (Mirza and Osindero 2014): told of classes, gan_dcgan.py builds it."""
from gan_dcgan import Dcgan as Gan

__all__ = ["Gan"]
