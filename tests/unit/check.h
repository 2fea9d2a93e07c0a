/* What every unit test includes: cmocka wants these headers before its own. */
#ifndef AFTERCARE_TESTS_CHECK_H
#define AFTERCARE_TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

#endif
