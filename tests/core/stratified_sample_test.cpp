// Draws of labelled samples: every class with its share, whatever the order of the file.
#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include <resdyn/core/random.hpp>

#include "core/stratified_sample.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(stratified_sample_)

namespace {

/// sizes[c] labels of class c, sorted by class.
Eigen::VectorXi sorted_labels(const std::vector<Index>& sizes) {
    std::vector<int> labels;
    for (std::size_t c = 0; c < sizes.size(); ++c) {
        labels.insert(labels.end(), static_cast<std::size_t>(sizes[c]), static_cast<int>(c));
    }
    return Eigen::Map<const Eigen::VectorXi>(labels.data(), static_cast<Index>(labels.size()));
}

std::map<int, Index> counts(const Eigen::VectorXi& labels, const std::vector<Index>& drawn) {
    std::map<int, Index> result;
    for (const Index sample : drawn) {
        ++result[labels[sample]];
    }
    return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_file_sorted_by_class_gives_every_class_its_share) {
    const Eigen::VectorXi labels = sorted_labels({1000, 1000, 1000});
    const std::vector<Index> drawn = stratified_sample(labels, 1000, 1);
    BOOST_TEST(drawn.size() == 1000U);
    BOOST_TEST(std::is_sorted(drawn.begin(), drawn.end()));
    BOOST_TEST(std::set<Index>(drawn.begin(), drawn.end()).size() == 1000U);
    for (const auto& [label, count] : counts(labels, drawn)) {
        BOOST_TEST(std::abs(count - 1000.0 / 3.0) <= 1.0, "class " << label << ": " << count);
    }
}

BOOST_AUTO_TEST_CASE(shares_hold_to_one_sample_for_any_sizes_and_every_class_is_there) {
    Random random(4);
    for (int trial = 0; trial < 60; ++trial) {
        std::vector<Index> sizes(1 + random.below(8));
        Index all = 0;
        for (Index& size : sizes) {
            size = 1 + static_cast<Index>(random.below(trial % 2 == 0 ? 400 : 20));
            all += size;
        }
        const Eigen::VectorXi labels = sorted_labels(sizes);
        for (const Index count : {all / 7, all / 3, all - 1}) {
            const std::vector<Index> drawn = stratified_sample(labels, count, 9);
            BOOST_TEST(static_cast<Index>(drawn.size()) == count);
            const std::map<int, Index> by_class = counts(labels, drawn);
            const auto classes = static_cast<Index>(sizes.size());
            BOOST_TEST((count < classes || by_class.size() == sizes.size()));
            for (const auto& [label, n] : by_class) {
                const double share =
                    static_cast<double>(count * sizes[static_cast<std::size_t>(label)]) /
                    static_cast<double>(all);
                // One sample, and what classes below one sample take from the others.
                const double slack = 1.0 + static_cast<double>(classes) * share /
                                               static_cast<double>(std::max<Index>(count, 1));
                BOOST_TEST(std::abs(static_cast<double>(n) - share) <= slack,
                           "class " << label << ": " << n << " for a share of " << share);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(draws_are_seeded_nested_and_of_any_order) {
    const Eigen::VectorXi labels = sorted_labels({300, 40, 5});
    const std::vector<Index> few = stratified_sample(labels, 30, 7);
    const std::vector<Index> many = stratified_sample(labels, 200, 7);
    BOOST_TEST(std::includes(many.begin(), many.end(), few.begin(), few.end()));
    BOOST_TEST((few == stratified_sample(labels, 30, 7)));
    BOOST_TEST((few != stratified_sample(labels, 30, 8)));
    // Each sample of a class is as likely as any other: over seeds, no place is favoured.
    std::vector<int> times(345, 0);
    constexpr int seeds = 2000;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        for (const Index sample : stratified_sample(labels, 30, seed)) {
            ++times[static_cast<std::size_t>(sample)];
        }
    }
    double squares = 0.0;
    int drawn = 0;
    for (std::size_t k = 0; k < 300; ++k) {
        drawn += times[k];
    }
    const double expected = drawn / 300.0;
    for (std::size_t k = 0; k < 300; ++k) {
        squares += (times[k] - expected) * (times[k] - expected) / expected;
    }
    BOOST_TEST(squares < 300 + 5 * std::sqrt(2.0 * 300));  // chi squared, five deviations
}

BOOST_AUTO_TEST_CASE(the_ends) {
    const Eigen::VectorXi labels = sorted_labels({2, 1});
    BOOST_TEST(stratified_sample(labels, 0, 1).empty());
    BOOST_TEST((stratified_sample(labels, 3, 1) == std::vector<Index>{0, 1, 2}));
    BOOST_TEST((stratified_sample(labels, 99, 1) == std::vector<Index>{0, 1, 2}));
    BOOST_TEST(stratified_sample(Eigen::VectorXi(), 5, 1).empty());
    // Labels that are no classes, as where nothing is known of them.
    BOOST_TEST(stratified_sample(Eigen::VectorXi::Constant(10, -3), 4, 1).size() == 4U);
    BOOST_TEST(says(refusal([&] { stratified_sample(labels, -1, 1); }), "samples", ">= 0", "-1"));
}

BOOST_AUTO_TEST_SUITE_END()
