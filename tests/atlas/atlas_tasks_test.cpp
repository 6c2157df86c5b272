#include "atlas/atlas_tasks.hpp"

#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>
#include <utility>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(atlas_tasks_)

BOOST_AUTO_TEST_CASE(every_face_is_in_one_part) {
    for (const Index n : {1, 4, 9, 14, 16}) {
        const AtlasTasks tasks(n);
        std::set<std::pair<std::uint32_t, std::uint32_t>> vertices;  // of the set, and High units
        double faces = 0;
        for (Index task = 0; task < tasks.size(); ++task) {
            const AtlasPart part = tasks.part(task);
            BOOST_TEST((part.high & ~part.held) == 0U);
            for (std::uint32_t k = 0; k < part.sets; ++k) {
                const std::uint32_t free = part.first + k;
                BOOST_TEST((free & part.held) == 0U);
                BOOST_TEST(vertices.emplace(free, part.high).second);
                faces += std::exp2(n - std::popcount(free) - std::popcount(part.held));
            }
        }
        BOOST_TEST(faces == std::pow(3.0, n));
    }
}

BOOST_AUTO_TEST_CASE(large_ones_have_parts_of_few_faces_and_not_too_many) {
    for (const Index n : {20, 24, 28, 32}) {
        const AtlasTasks tasks(n);
        BOOST_TEST(tasks.size() < 1'000'000);
        double faces = 0;
        double most = 0;
        for (Index task = 0; task < tasks.size(); ++task) {
            const AtlasPart part = tasks.part(task);
            const double sets = part.sets;
            // Σ over the sets L of the units below the run's: 2^−|L| each.
            const double here =
                std::exp2(n - std::popcount(part.first) - std::popcount(part.held)) *
                std::pow(1.5, std::log2(sets));
            faces += here;
            most = std::max(most, here);
        }
        BOOST_TEST(faces == std::pow(3.0, n), boost::test_tools::tolerance(1e-9));
        BOOST_TEST(most < 1e-2 * faces);
    }
}

BOOST_AUTO_TEST_SUITE_END()
