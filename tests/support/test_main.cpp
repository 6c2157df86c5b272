#define BOOST_TEST_MODULE resdyn
#include <boost/test/unit_test.hpp>
