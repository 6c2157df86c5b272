// Every row of the training options: its range holds, it is part of the identity as it says, and a
// repeating command gives it again.
#include <boost/test/unit_test.hpp>
#include <set>

#include <resdyn/core/error.hpp>
#include <resdyn/data/dataset.hpp>
#include <resdyn/learning/training_options.hpp>

#include "support/refusal.hpp"
#include "support/training_rows.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(training_options_)

BOOST_AUTO_TEST_CASE(defaults_are_in_range_and_names_are_given_once) {
    BOOST_CHECK_NO_THROW(require_ranges({}));
    std::set<std::string> names;
    for (const TrainingOption& row : training_options()) {
        BOOST_TEST(names.insert(std::string(row.name)).second, row.name);
        BOOST_TEST((row.group.empty() || !row.help.empty()), row.name);
    }
}

BOOST_AUTO_TEST_CASE(numbers_out_of_range_are_refused_by_name_before_any_work) {
    const Dataset training = builtin_dataset("xor", 50, 1);
    const NetworkShape shape{.depth = 2, .width = 2, .classes = 2};
    for (const TrainingOption& row : training_options()) {
        for (const std::string& value : test::out_of_range(row)) {
            TrainOptions usable;
            usable.batch = 50;
            const TrainOptions options = test::with_number(row, value, usable);
            const std::string name(row.name);
            BOOST_TEST(says(refusal([&] { require_ranges(options); }), name + ": expected "),
                       name << " = " << value);
            BOOST_TEST(says(refusal([&] { train(shape, {training}, options); }), name),
                       name << " = " << value);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_value_in_range_changes_the_identity_if_the_row_says_so) {
    for (const TrainingOption& row : training_options()) {
        const TrainOptions before = test::with_a_say(row);
        const TrainOptions after = test::changed(row, before);
        BOOST_TEST(text_of(row, before) != text_of(row, after), row.name);
        BOOST_CHECK_NO_THROW(require_ranges(after));
        BOOST_TEST((identity_of(before) != identity_of(after)) == row.shapes_result, row.name);
        TrainOptions taken_over = before;
        copy_value(row, after, taken_over);
        BOOST_TEST(text_of(row, taken_over) == text_of(row, after), row.name);
    }
}

BOOST_AUTO_TEST_CASE(what_has_no_say_keeps_no_run_from_going_on) {
    for (const TrainingOption& row : training_options()) {
        const TrainOptions plain;
        if (!row.has_say(plain)) {
            BOOST_TEST((identity_of(plain) == identity_of(test::changed(row, plain))), row.name);
            BOOST_TEST((repeating_options(plain) == repeating_options(test::changed(row, plain))),
                       row.name);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_repeating_command_names_what_shapes_the_result) {
    for (const TrainingOption& row : training_options()) {
        const TrainOptions options = test::changed(row, test::with_a_say(row));
        const std::string command = repeating_options(options) + " ";
        const bool repeated = !row.group.empty() && row.shapes_result && row.has_say(options);
        const bool flag = std::holds_alternative<bool& (*)(TrainOptions&)>(row.field);
        const std::string words =
            " " + row.option() + (flag ? " " : " " + text_of(row, options) + " ");
        BOOST_TEST((command.find(words) != std::string::npos) == repeated,
                   row.name << " in" << command);
    }
    // Options that ask for nothing are left out.
    BOOST_TEST(repeating_options({}).find("--clip") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_choice_is_made_by_name) {
    for (const TrainingOption& row : training_options()) {
        const auto* choice = std::get_if<OptionChoice>(&row.field);
        if (choice == nullptr) {
            continue;
        }
        for (const std::string_view name : choice->names) {
            TrainOptions options;
            choose(row, std::string(name), options);
            BOOST_TEST(text_of(row, options) == name);
        }
        TrainOptions options;
        BOOST_TEST(says(refusal<InputError>([&] { choose(row, "nothing", options); }),
                        row.option() + ": expected ", std::string(choice->names.front())));
    }
}

BOOST_AUTO_TEST_SUITE_END()
