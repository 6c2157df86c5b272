// The built-in sets: balanced, repeatable, of the shape their names promise; parts of data sets.
#include <boost/test/unit_test.hpp>
#include <set>

#include <resdyn/core/error.hpp>
#include <resdyn/data/dataset.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(dataset_)

BOOST_AUTO_TEST_CASE(builtin_sets_are_balanced_mixed_and_repeatable) {
    for (const char* name : {"rings", "moons", "spirals", "xor"}) {
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST(is_builtin_dataset(name));
            const Dataset data = builtin_dataset(name, 1001, 3);
            validate(data);
            BOOST_TEST(data.width() == 2);
            BOOST_TEST(data.classes == 2);
            BOOST_TEST(std::abs(2 * data.labels.sum() - 1001) == 1);
            BOOST_TEST(std::abs(2 * data.labels.head(500).sum() - 500) < 100);  // 4 standard dev.
            const Dataset again = builtin_dataset(name, 1001, 3);
            BOOST_TEST((data.inputs == again.inputs));
            BOOST_TEST((data.labels == again.labels));
            BOOST_TEST((data.inputs != builtin_dataset(name, 1001, 4).inputs));
        }
    }
    BOOST_TEST(!is_builtin_dataset("Rings"));
    BOOST_TEST(says(refusal([] { builtin_dataset("squares", 10, 1); }), "rings", "squares"));
    BOOST_TEST(says(refusal([] { builtin_dataset("rings", 1, 1); }), ">= 2", "1"));
}

BOOST_AUTO_TEST_CASE(rings_are_nested_and_xor_goes_by_the_sign) {
    const Dataset rings = builtin_dataset("rings", 2000, 1);
    const Dataset xor_set = builtin_dataset("xor", 2000, 1);
    std::set<int> quadrants;
    for (Index i = 0; i < 2000; ++i) {
        const float radius = rings.inputs.col(i).norm();
        BOOST_TEST((rings.labels[i] == 0 ? radius < 0.51F : radius > 0.74F && radius < 1.01F));
        const bool same_sign = xor_set.inputs(0, i) * xor_set.inputs(1, i) > 0;
        BOOST_TEST((xor_set.labels[i] == 0) == same_sign);
        quadrants.insert((xor_set.inputs(0, i) > 0 ? 1 : 0) + (xor_set.inputs(1, i) > 0 ? 2 : 0));
    }
    BOOST_TEST(quadrants.size() == 4U);
}

BOOST_AUTO_TEST_CASE(no_line_separates_the_moons_but_they_do_not_touch) {
    const Dataset moons = builtin_dataset("moons", 600, 1);
    // Nearest neighbours are of the same class but for the tails of the noise.
    Index strangers = 0;
    for (Index i = 0; i < moons.size(); ++i) {
        Eigen::VectorXf distance =
            (moons.inputs.colwise() - moons.inputs.col(i)).colwise().squaredNorm();
        distance[i] = 1e9F;
        Index nearest = 0;
        distance.minCoeff(&nearest);
        strangers += moons.labels[nearest] != moons.labels[i] ? 1 : 0;
    }
    BOOST_TEST(strangers < 6);
}

BOOST_AUTO_TEST_CASE(a_split_holds_every_sample_once) {
    Dataset data = builtin_dataset("moons", 101, 1);
    for (Index i = 0; i < data.size(); ++i) {
        data.inputs(0, i) = static_cast<float>(i);
    }
    const Split parts = split(data, 0.2, 7);
    BOOST_TEST(parts.held_out.size() == 20);
    BOOST_TEST(parts.training.size() == 81);
    std::set<float> seen;
    for (const Dataset* part : {&parts.training, &parts.held_out}) {
        for (Index i = 0; i < part->size(); ++i) {
            const float number = part->inputs(0, i);
            seen.insert(number);
            BOOST_TEST(part->labels[i] == data.labels[static_cast<Index>(number)]);
        }
    }
    BOOST_TEST(seen.size() == 101U);
    BOOST_TEST((split(data, 0.2, 7).held_out.inputs == parts.held_out.inputs));
    BOOST_TEST((split(data, 0.2, 8).held_out.inputs != parts.held_out.inputs));
    BOOST_TEST(split(data, 1e-9, 7).held_out.size() == 1);
    BOOST_TEST(split(data, 1 - 1e-9, 7).training.size() == 1);
    BOOST_TEST(says(refusal([&] { split(data, 1.0, 7); }), "between 0 and 1"));
    BOOST_TEST(says(refusal([&] { split(data, std::nan(""), 7); }), "between 0 and 1"));
    BOOST_TEST(says(refusal([&] { split(data.draw(1, 1), 0.5, 7); }), "at least 2 samples"));
}

BOOST_AUTO_TEST_CASE(a_draw_of_a_sorted_set_holds_every_class_and_knows_where_it_came_from) {
    Dataset data;
    data.name = "sorted";
    data.classes = 3;
    data.inputs.resize(1, 3000);
    data.labels.resize(3000);
    for (Index i = 0; i < 3000; ++i) {
        data.inputs(0, i) = static_cast<float>(i);
        data.labels[i] = static_cast<int>(i / 1000);
    }
    const Dataset some = data.draw(1000, 1);
    BOOST_TEST(some.size() == 1000);
    for (int c = 0; c < 3; ++c) {
        BOOST_TEST(std::abs((some.labels.array() == c).count() - 333) <= 1);
    }
    const Dataset fewer = some.draw(30, 2);
    for (Index k = 0; k < fewer.size(); ++k) {
        BOOST_TEST(fewer.inputs(0, k) == static_cast<float>(fewer.source_of(k)));
        BOOST_TEST(fewer.labels[k] == data.labels[fewer.source_of(k)]);
    }
    BOOST_TEST((data.draw(1000, 1).inputs == some.inputs));
    BOOST_TEST((data.draw(1000, 2).inputs != some.inputs));
    BOOST_TEST((data.draw(5000, 2).inputs == data.inputs));
    BOOST_TEST(data.source_of(7) == 7);
}

BOOST_AUTO_TEST_CASE(a_single_class_and_missing_ones_are_said) {
    Dataset data = builtin_dataset("rings", 10, 1);
    BOOST_TEST(class_remarks(data).empty());
    const auto only = [](const std::vector<std::string>& remarks) {
        BOOST_REQUIRE(remarks.size() == 1U);
        return remarks.front();
    };
    BOOST_TEST(says(only(class_remarks(data, 4)), "rings", "no sample of classes 2, 3", "10"));
    BOOST_TEST(says(only(class_remarks(data, 3)), "class 2 "));
    data.labels.setOnes();
    BOOST_TEST(says(only(class_remarks(data)), "one class (1)", "another column"));
    data.labels.setZero();
    data.classes = 1;
    BOOST_TEST(says(only(class_remarks(data)), "all 10 samples", "one class (0)"));
    BOOST_TEST(says(only(class_remarks(builtin_dataset("rings", 10, 1), 100)), "and 88 more"));
}

BOOST_AUTO_TEST_CASE(data_that_are_not_whole_are_refused_by_name) {
    const Dataset good = builtin_dataset("rings", 10, 1);
    const auto refused = [&](auto change) {
        Dataset data = good;
        change(data);
        return refusal<InputError>([&] { validate(data); });
    };
    BOOST_TEST(says(refused([](Dataset& d) { d = d.draw(0, 1); }), "rings", "at least one sample"));
    BOOST_TEST(says(refused([](Dataset& d) { d.labels.conservativeResize(9); }), "10 labels", "9"));
    BOOST_TEST(says(refused([](Dataset& d) { d.inputs(1, 4) = NAN; }), "finite"));
    BOOST_TEST(says(refused([](Dataset& d) { d.labels[3] = 2; }), "0 to 1", "0 to 2"));
    BOOST_TEST(says(refused([](Dataset& d) { d.labels[3] = -1; }), "-1 to 1"));
    BOOST_TEST(good.draw(99, 1).size() == 10);
    BOOST_TEST(good.draw(3, 1).name == "rings");
}

BOOST_AUTO_TEST_SUITE_END()
