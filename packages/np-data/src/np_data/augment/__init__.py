"""Random changes of images, drawn anew for each batch.

All augmentations take a batch of integers or floats of shape ``(N, C, H, W)`` and the generator
that draws the change of each image. They return a new array of the same shape and dtype. All
channels of an image change alike. They raise TypeError if images are not numbers or ``rng`` is not
a generator, and ValueError if images have another shape or an option is out of its range. The
dtype must be able to hold ``fill``, and integers that are interpolated must be within ±2**53.
"""
