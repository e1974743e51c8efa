#include "config.h"

#ifndef HAVE_STDINT_H
#error "a configure-time probe went wrong"
#endif
#if defined(HAVE_NO_SUCH_HEADER_H) || defined(HAVE_NO_SUCH_FLAG)
#error "a configure-time probe that has to fail did not"
#endif

/* With its own path in it, so that a launcher that changes words or directories is seen. */
const char *where(void) { return __FILE__; }
