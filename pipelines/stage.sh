#!/bin/sh
# Run one stage, `sh pipelines/stage.sh train s0_mnist_dnn`, on the Python that runs dvc. DVC hands
# its commands to a shell without putting its own environment on PATH, so `.venv/bin/dvc repro`
# would otherwise find another Python or none.
parent=
if [ -r "/proc/$PPID/cmdline" ]; then
    parent=$(tr '\0' '\n' <"/proc/$PPID/cmdline" | head -n 1)
fi
for python in "$parent" "${VIRTUAL_ENV:+$VIRTUAL_ENV/bin/python}" .venv/bin/python python3; do
    case $python in
    *python*) command -v "$python" >/dev/null 2>&1 && break ;;
    esac
done
stage=$1
shift
exec "$python" -m "pipelines.$stage" "$@"
