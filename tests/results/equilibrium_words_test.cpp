// The words that every verb has for equilibria.
#include <boost/test/unit_test.hpp>

#include "results/equilibrium_words.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(equilibrium_words_)

BOOST_AUTO_TEST_CASE(patterns_of_many_units_are_counted) {
    BOOST_TEST(short_name(pattern_from_string("LHF")) == "LHF");
    BOOST_TEST(short_name(pattern_from_string("LLLLLLLHHHHF")) == "7L 4H 1F");
    BOOST_TEST(short_name(pattern_from_string("HHHHHHHHHHHH")) == "12H");
    BOOST_TEST(pattern_text(pattern_from_string("HHHHHHHHHHHH")) == "HHHHHHHHHHHH");
    BOOST_TEST(pattern_text(pattern_from_string(std::string(25, 'H'))) == "25H");
}

BOOST_AUTO_TEST_CASE(long_points_are_cut) {
    BOOST_TEST(point_text(Vector{{0.5, 1.0, 1.0 / 3}}) == "0.5, 1, 0.333333");
    BOOST_TEST(point_text(Vector::Zero(7)) == "0, 0, 0, 0, 0, 0, …");
}

BOOST_AUTO_TEST_CASE(an_attracting_origin_is_said_only_where_it_is_proved) {
    OriginReport origin;
    BOOST_TEST(attraction_line(std::nullopt).empty());
    origin.attracts = Decision::NotDecided;
    BOOST_TEST(attraction_line(origin).empty());
    origin.attracts = Decision::Yes;
    BOOST_TEST(attraction_line(origin).starts_with("proved: the origin attracts"));
}

BOOST_AUTO_TEST_SUITE_END()
