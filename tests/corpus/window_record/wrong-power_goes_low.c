% pre
    /* helpers: bucket_below */
    static unsigned
    bucket_below(uint32_t value) {
    return value > 16 ? bucket_of(value - 1) : bucket_of(value);
}
% with histogram[bucket_of(gone)]--;
== > histogram[bucket_below(gone)]--;
histogram[bucket_of(value)]++;
== > histogram[bucket_below(value)]++;
/* verdict: refuted: powers of two are counted in the bucket below theirs */
