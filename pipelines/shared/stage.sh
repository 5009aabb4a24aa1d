#!/bin/sh
# Run one stage, `sh pipelines/shared/stage.sh train s0_mnist_dnn`, on the Python that runs dvc. DVC hands
# its commands to a shell without putting its own environment on PATH, so `.venv/bin/dvc repro`
# would otherwise find another Python or none. Some shells stay between dvc and this script.
caller() {
    read -r pid _ </proc/self/stat || return
    while [ "${pid:-0}" -gt 1 ]; do
        name=$(tr '\0' '\n' <"/proc/$pid/cmdline" | head -n 1)
        case $name in
        *python*) echo "$name" && return ;;
        esac
        pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status")
    done
}
for python in "$(caller 2>/dev/null)" "${VIRTUAL_ENV:+$VIRTUAL_ENV/bin/python}" .venv/bin/python python3; do
    case $python in
    *python*) command -v "$python" >/dev/null 2>&1 && break ;;
    esac
done
stage=$1
shift
exec "$python" -m "pipelines.$stage" "$@"
