extern "C" int other() { return 0; }
