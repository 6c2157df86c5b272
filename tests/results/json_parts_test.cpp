
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "results/json_parts.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(json_parts_)

BOOST_AUTO_TEST_CASE(infinity_is_a_word_and_absence_is_null) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const std::vector<double> values = {0.5, infinity, -infinity, std::nan("")};
    BOOST_TEST(json_numbers(values).dump() == R"([0.5,"infinity","-infinity",null])");
    BOOST_TEST(json_numbers(std::vector<Complex>{{1.0, -infinity}}).dump() ==
               R"([[1.0,"-infinity"]])");
    BOOST_TEST(json_numbers(Vector()).dump() == "[]");
}

BOOST_AUTO_TEST_CASE(each_part_has_one_shape) {
    const nlohmann::ordered_json share = to_json(proportion(0, 8));
    BOOST_TEST(share["value"] == 0.0);
    BOOST_TEST(share["standard_error"] == 0.0);
    BOOST_TEST(share["low"] == 0.0);
    BOOST_TEST(share["high"].get<double>() > 0.3);  // nothing of eight: 32.4 % are possible
    BOOST_TEST(share["high"].get<double>() < 0.33);
    BOOST_TEST(share["samples"] == 8);
    BOOST_TEST(share.size() == 5U);
    BOOST_TEST(to_json(MeanWithError{2.0, 0.5}).dump() == R"({"mean":2.0,"standard_error":0.5})");
    BOOST_TEST(to_json(spread({3.0})).dump() ==
               R"({"median":3.0,"q05":3.0,"q95":3.0,"least":3.0,"most":3.0})");
    BOOST_TEST(to_json(spread({})).dump() ==
               R"({"median":null,"q05":null,"q95":null,"least":null,"most":null})");
}

BOOST_AUTO_TEST_SUITE_END()
