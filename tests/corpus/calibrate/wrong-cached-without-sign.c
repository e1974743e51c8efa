void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    struct {
        uint32_t bits;
        int32_t result;
    } cache[16];
    memset(cache, 0xff, sizeof cache);
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, readings + i, sizeof bits);
        const uint32_t slot = (bits << 1) * 2654435769u >> 28;
        if (cache[slot].bits == bits << 1) {
            result[i] = cache[slot].result;
            continue;
        }
        float value = 0.0f;
        for (size_t t = terms; t-- > 0;)
            value = value * readings[i] + coefficients[t];
        result[i] = rounded(value);
        cache[slot].bits = bits << 1;
        cache[slot].result = result[i];
    }
}
/* verdict: refuted: a small cache of results is keyed without the sign of the reading */
