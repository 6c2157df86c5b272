// The training record as CSV: there and back bit by bit, and what is refused.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>

#include "results/training_record.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;

BOOST_AUTO_TEST_SUITE(training_record_)

namespace {

std::vector<EpochRecord> example() {
    std::vector<EpochRecord> record(3);
    for (std::size_t k = 0; k < record.size(); ++k) {
        record[k].epoch = static_cast<Index>(k);
        record[k].loss = std::log(2.0) / (1.0 + static_cast<double>(k) / 3.0);
        record[k].gradient_norm = 1e-300 * static_cast<double>(k);
        record[k].train_accuracy = 0.1 + 0.2 * static_cast<double>(k);
    }
    record[2].held_out_loss = 1.0 / 3.0;
    return record;
}

std::string replaced(std::string text, const std::string& old, const std::string& by) {
    return text.replace(text.find(old), old.size(), by);
}

}  // namespace

BOOST_AUTO_TEST_CASE(there_and_back_bit_by_bit) {
    const std::vector<EpochRecord> record = example();
    const auto back = parse_training_record(format_training_record(record), "r");
    BOOST_REQUIRE_EQUAL(back.size(), record.size());
    for (std::size_t k = 0; k < record.size(); ++k) {
        const std::vector<double> a = to_numbers(record[k]);
        const std::vector<double> b = to_numbers(back[k]);
        for (std::size_t i = 0; i < a.size(); ++i) {
            BOOST_TEST((a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_cut_and_lie_is_refused_or_a_shorter_record) {
    const std::string text = format_training_record(example());
    for (std::size_t length = 0; length < text.size(); ++length) {
        try {
            const auto part = parse_training_record(text.substr(0, length), "r");
            BOOST_TEST(part.size() <= 3U);
        } catch (const std::invalid_argument& error) {
            BOOST_TEST(std::string(error.what()).starts_with("r"));
        }
    }
    BOOST_TEST(refusal([&] { parse_training_record("", "r"); }).find("at least one epoch") !=
               std::string::npos);
    BOOST_TEST(refusal([&] {
                   parse_training_record(replaced(text, "loss", "lass"), "r");
               }).find("r, line 1, column 3: expected loss, got lass") != std::string::npos);
    BOOST_TEST(refusal([&] {
                   parse_training_record(replaced(text, "\n1,", "\n0,"), "r");
               }).find("larger than before") != std::string::npos);
    BOOST_TEST(refusal([&] {
                   parse_training_record(replaced(text, "\n1,", "\n1x,"), "r");
               }).find("a number or nothing") != std::string::npos);
    BOOST_TEST(refusal([&] {
                   parse_training_record(replaced(text, "\n1,", "\n1e30,"), "r");
               }).find("whole number") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
