/// @file
/// The options of a training, a row each: name, field, range, help, what depends on it. Range
/// checks, the options of `resdyn train` and their help, the identity of a run (checkpoint.hpp),
/// the command that repeats it and results.json follow from the rows. A new option is its field in
/// TrainOptions and its row in training_options.cpp.
///
/// What the rows cannot say stands in `train`: what one option asks of another or of the data. The
/// shape of the network and the seed have no rows.
#pragma once

#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <resdyn/learning/trainer.hpp>

namespace resdyn {

/// Numbers that an option may have: from `low` to `high`, always finite.
struct OptionRange {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool above_low = false;   ///< `low` itself is out of range.
    bool below_high = false;  ///< likewise `high`.

    bool contains(double value) const;
    /// "a whole number >= 1", "a finite number > 0", "a number from 0 to below 1".
    std::string words(bool whole) const;
};

/// One of several names: the value of an enumeration.
struct OptionChoice {
    std::vector<std::string_view> names;
    std::size_t (*index)(TrainOptions&);  ///< of the name that the field has.
    void (*choose)(TrainOptions&, std::size_t);
};

/// Where an option's value is kept.
using OptionField = std::variant<Index& (*)(TrainOptions&), double& (*)(TrainOptions&),
                                 bool& (*)(TrainOptions&), OptionChoice>;

/// Who makes use of an option's default.
enum class OptionDefault {
    Asks,      ///< it is a setting like another: a repeating command names it.
    Off,       ///< it asks for nothing: a repeating command leaves it out.
    FromData,  ///< `resdyn train` chooses it by the data, as the help says.
};

struct TrainingOption {
    /// "learning_rate": of refusals and, with -, of the program's option (--learning-rate; a bool
    /// that is true unless told otherwise: --no-NAME).
    std::string_view name;
    std::string_view group;  ///< of the program's options; empty: of the library alone.
    OptionField field;
    OptionRange range = {};  ///< of numbers.
    std::string_view help = {};
    /// JSON pointer to the value in results.json; empty: it is not told.
    std::string_view told = {};
    /// What stands there is what came of the option (epochs made), not its value.
    bool told_by_result = false;
    OptionDefault usual = OptionDefault::Asks;
    /// Whether the option has a say beside the others. Empty: always.
    bool (*applies)(const TrainOptions&) = nullptr;
    bool shapes_result = true;  ///< false: not part of a run's identity, nor repeated.

    bool has_say(const TrainOptions& options) const;
    /// "--learning-rate"; "--no-accuracy-guard".
    std::string option() const;
};

/// All rows, in the order of results.json and of the help.
const std::vector<TrainingOption>& training_options();

/// The value as text: a number in the fewest digits that give it again, "true", a choice's name.
std::string text_of(const TrainingOption& option, const TrainOptions& options);

/// Sets one of the option's names. Throws InputError("--NAME: expected …") for another text.
void choose(const TrainingOption& option, const std::string& text, TrainOptions& options);

/// Takes over the option's value.
void copy_value(const TrainingOption& option, const TrainOptions& from, TrainOptions& to);

/// Throws std::invalid_argument("NAME: expected …, got …") for the first value out of its range.
void require_ranges(const TrainOptions& options);

/// What of a run's identity the options decide: text by name, with blanks. What has no say is
/// "not used", so that it keeps no run from going on.
std::map<std::string, std::string> identity_of(const TrainOptions& options);

/// " --epochs 3 --batch 128 …": the program's options that make a training of these again; neither
/// network nor data nor seed.
std::string repeating_options(const TrainOptions& options);

}  // namespace resdyn
