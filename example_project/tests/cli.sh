#!/bin/sh
# cli.sh - command-line tests: cli.sh PROGRAM CASE.
set -u

program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
here=$(cd "$(dirname "$0")" && pwd)
# Everything is written to a scratch directory.
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

fail() {
    echo "failed: $*" >&2
    exit 1
}

# expect CODE ARGUMENTS...: run the program and check its exit status.
expect() {
    expected=$1
    shift
    "$program" "$@" >out.txt 2>err.txt
    code=$?
    [ "$code" -eq "$expected" ] || fail "exit status $code, not $expected: $*"
    if [ "$expected" -ne 0 ]; then
        [ -s err.txt ] || fail "no error message: $*"
    fi
}

case $2 in
pipeline)
    expect 0 pipeline --width 97 --height 61 --signal 1001 --records 257 --seed 3
    diff "$here/pipeline_small.txt" out.txt || fail "the output differs from pipeline_small.txt"
    ;;
sizes)
    for size in 1 2 7 8 9 33; do
        expect 0 pipeline --width $size --height 5 --signal $size --records $size
        expect 0 pipeline --width 9 --height $size --signal 50 --records 3 --radius 32 \
            --order 40 --frame 3
    done
    ;;
images)
    expect 0 generate image a.pgm --width 75 --height 50 --seed 4
    for kind in gaussian smooth box median bilateral sobel; do
        expect 0 filter --kind $kind --radius 3 a.pgm $kind.pgm
    done
    cmp -s a.pgm gaussian.pgm && fail "the filter changed nothing"
    expect 0 filter --kind gaussian --radius 0 a.pgm same.pgm
    cmp a.pgm same.pgm || fail "radius 0 is not the identity"
    expect 0 equalize a.pgm equal.pgm
    expect 0 resize --width 75 --height 50 a.pgm same.pgm
    cmp a.pgm same.pgm || fail "resizing to the same size changed the image"
    expect 0 align a.pgm a.pgm
    grep -q '^shift 0 0 ' out.txt || fail "an image is not aligned with itself"
    expect 0 histogram a.pgm
    [ "$(awk '{ n += $2 } END { print n }' out.txt)" -eq 3750 ] || fail "wrong histogram"
    ;;
text)
    expect 0 generate records r.csv --count 500
    expect 0 records --min-count 4 r.csv
    [ "$(awk -F, '{ n += $2 } END { print n }' out.txt)" -eq 500 ] || fail "records are lost"
    expect 0 generate signal s.txt --count 300
    expect 0 fir --taps 15 --cutoff 0.2 s.txt f.txt
    [ "$(wc -l <f.txt)" -eq 300 ] || fail "wrong number of samples"
    expect 0 distance kitten sitting
    [ "$(cat out.txt)" = 3 ] || fail "wrong distance"
    printf 123456789 >digits
    expect 0 checksum digits
    [ "$(cat out.txt)" = "crc32 cbf43926 adler32 091e01de" ] || fail "wrong checksum"
    ;;
errors)
    expect 2
    expect 2 unknown
    expect 2 pipeline --width 0
    expect 2 pipeline --width 12x
    expect 2 pipeline --wide 12
    expect 2 pipeline --seed
    expect 2 pipeline extra
    expect 2 filter only-one.pgm
    expect 2 generate nothing out.txt
    expect 1 filter missing.pgm out.pgm
    expect 1 records missing.csv
    expect 0 generate image a.pgm --width 8 --height 8
    expect 2 filter --kind unknown a.pgm b.pgm
    expect 2 filter --kind box --radius 200 a.pgm b.pgm
    expect 1 filter a.pgm no/such/directory/b.pgm
    expect 1 fir a.pgm b.txt
    expect 1 records a.pgm
    if [ -w /dev/full ]; then
        "$program" histogram a.pgm >/dev/full 2>err.txt
        [ $? -eq 1 ] || fail "a full disk is not noticed"
    fi
    ;;
*)
    fail "unknown case $2"
    ;;
esac
exit 0
