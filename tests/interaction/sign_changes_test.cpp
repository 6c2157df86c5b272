// Signs of two matrices held against each other.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/interaction/sign_changes.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(sign_changes_)

BOOST_AUTO_TEST_CASE(counts_by_hand) {
    Matrix W(3, 3);
    W << 1, 2, 0,   //
        -1, -1, 3,  //
        0, 0, 2;
    Matrix next(3, 3);
    next << -1, -4, 0,  //
        -2, -1, 1,      //
        0, 5, 2;
    const SignChanges found = resdyn::sign_changes(W, next);
    BOOST_TEST(found.pairs == 2);                // 0-1 and 1-2; 0-2 is empty in both
    BOOST_TEST(found.pairs_of_other_type == 2);  // +− to −−, +0 to ++
    BOOST_TEST(found.entries == 3);              // w_01, w_10, w_12
    BOOST_TEST(found.changed_entries == 1);      // w_01
    BOOST_TEST(std::abs(found.changed_weight - 3.0 / (3.0 + 1.5 + 2.0)) < 1e-15);
    BOOST_TEST(found.changed_self == 1);
}

BOOST_AUTO_TEST_CASE(nothing_and_everything) {
    const Matrix W = Random(1).normal_matrix(7, 7, 1.0);
    const SignChanges same = resdyn::sign_changes(W, W);
    BOOST_TEST(same.changed_entries == 0);
    BOOST_TEST(same.pairs_of_other_type == 0);
    const SignChanges turned = resdyn::sign_changes(W, -W);
    BOOST_TEST(turned.changed_entries == 42);
    BOOST_TEST(turned.changed_weight == 1.0);
    BOOST_TEST(turned.changed_self == 7);
    // Tiny numbers have signs too: their product would be zero.
    const SignChanges tiny = resdyn::sign_changes(1e-300 * W, -1e-300 * W);
    BOOST_TEST(tiny.changed_entries == 42);
    BOOST_TEST(says(refusal([&] { resdyn::sign_changes(W, Matrix::Ones(2, 2)); }), "7x7 and 2x2"));
}

BOOST_AUTO_TEST_CASE(camps_have_no_names) {
    BOOST_TEST(camp_overlap({1, 1, -1, -1}, {-1, -1, 1, 1}) == 1.0);
    BOOST_TEST(camp_overlap({1, 1, -1, -1}, {1, -1, 1, -1}) == 0.5);
    BOOST_TEST(camp_overlap({1, 1, 1, -1}, {1, 1, 1, 1}) == 0.75);
    BOOST_TEST(std::isnan(camp_overlap({}, {})));
    BOOST_TEST(says(refusal([] { camp_overlap({1}, {1, 1}); }), "1 units"));
}

BOOST_AUTO_TEST_SUITE_END()
