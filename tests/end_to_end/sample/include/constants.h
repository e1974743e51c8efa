#ifndef CONSTANTS_H
#define CONSTANTS_H

#define SCALE 0.5
#define UNUSED_BY_HOT 3

#endif
