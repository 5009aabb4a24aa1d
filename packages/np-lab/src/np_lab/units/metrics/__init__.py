"""Unit 11: metrics, calibration and fair comparison."""
