# Sourced by bin/run, bin/test and bin/check with $root set: finds Python 3.11 or newer as $python.
# A dozen processes start from the same sources; compiled once, each starts in half the time.
unset PYTHONDONTWRITEBYTECODE
python=
for name in python3 python3.13 python3.12 python3.11 python3.14; do
    if command -v "$name" >/dev/null 2>&1 &&
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "Makeready needs Python 3.11 or newer. On Debian or Ubuntu: sudo apt-get install python3 python3-venv" >&2
    exit 1
fi
