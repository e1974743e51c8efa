#define PY_SSIZE_T_CLEAN
#include "tally.h"

#include <Python.h>

static PyObject *count(PyObject *self, PyObject *arguments) {
    const char *bytes;
    Py_ssize_t size;
    unsigned char wanted;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "y#b", &bytes, &size, &wanted))
        return NULL;
    return PyLong_FromSize_t(tally((const unsigned char *)bytes, (size_t)size, wanted));
}

static PyObject *origin(PyObject *self, PyObject *arguments) {
    (void)self;
    (void)arguments;
    return PyUnicode_FromString(made_by());
}

static PyMethodDef methods[] = {
    {"count", count, METH_VARARGS, "How often a byte occurs."},
    {"origin", origin, METH_NOARGS, "Who made the hot object."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    .m_base = PyModuleDef_HEAD_INIT, .m_name = "_tally", .m_size = 0, .m_methods = methods};

PyMODINIT_FUNC PyInit__tally(void) { return PyModule_Create(&module); }
