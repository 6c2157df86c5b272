// Every row of the training options on the command line: in the help, and refused out of range by
// the option's name. A row added to the table is tested here by itself.
#include <fmt/format.h>
#include <array>

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <memory>
#include <regex>

#include <resdyn/learning/training_options.hpp>

#include "support/training_rows.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(train_rows_)

namespace {

/// What `resdyn train WORDS` says on both streams.
std::string said(const std::string& words) {
    const std::string command = std::string(RESDYN_PROGRAM) + " train " + words + " 2>&1";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    BOOST_REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe.get()) != nullptr) {
        text += buffer.data();
    }
    return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_option_is_in_the_help_with_its_words) {
    // The help breaks lines where they end.
    const std::string help = std::regex_replace(said("--help"), std::regex("\\s+"), " ");
    for (const TrainingOption& row : training_options()) {
        if (!row.group.empty()) {
            // Of a flag that turns something off, the value follows: --no-…{false}.
            const bool named = help.find(fmt::format(" {} ", row.option())) != std::string::npos ||
                               help.find(fmt::format(" {}{{", row.option())) != std::string::npos;
            BOOST_TEST(named, row.option());
            const std::string words =
                std::regex_replace(std::string(row.help), std::regex("\\s+"), " ");
            BOOST_TEST(help.find(words) != std::string::npos, words);
        }
    }
}

BOOST_AUTO_TEST_CASE(numbers_out_of_range_are_refused_by_the_options_name) {
    for (const TrainingOption& row : training_options()) {
        for (const std::string& value : test::out_of_range(row)) {
            if (!row.group.empty()) {
                const std::string message = said(row.option() + "=" + value);
                BOOST_TEST(message.starts_with("resdyn: " + row.option() + ": expected "), message);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
