% pre
    /* helpers: bits_bucket */
    static unsigned
    bits_bucket(uint32_t value) {
    return value < 16 ? bucket_of(value) : 28 - (unsigned)__builtin_clz(value);
}
% with histogram[bucket_of(gone)]--;
== > histogram[bits_bucket(gone)]--;
histogram[bucket_of(value)]++;
== > histogram[bits_bucket(value)]++;
/* verdict: refuted: bucket by bit length without the last bucket: from 2^20 us on it counts behind the table */
