/// @file
/// The command line as the verbs see it: options by name, each read into a variable.
///
/// A thin face of CLI11, whose code is all inline: a file that includes it compiles all of it, ten
/// seconds each time. Only command_line.cpp does; every other file sees these names.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace resdyn::cli {

struct ProgramDescription;

/// A test of what was given for an option, before it is read.
struct Check {
    /// Empty where the text passes; else what was expected and what was given.
    std::function<std::string(const std::string&)> refusal;
    std::string shown = {};  ///< said in --help behind the option's type; may be empty.
};

/// A whole number from `low` to `high`, both included.
Check in_range(long low, long high);
/// One of these names.
Check is_member(std::vector<std::string> names);

/// An option of a verb, to be described further; all return the option itself.
class Option {
  public:
    Option* check(const Check& check);
    /// The variable's value as it is now is shown in --help.
    Option* capture_default_str();
    Option* default_str(const std::string& text);
    Option* description(const std::string& help);
    Option* group(const std::string& title);
    /// One word holds several values.
    Option* delimiter(char between);
    Option* expected(int values);
    Option* expected(int least, int most);
    std::string get_name() const;
    /// How often it was given.
    std::size_t count() const;

  private:
    friend class App;
    explicit Option(CLI::Option* option) : option_(option) {}
    CLI::Option* option_;
};

/// The program, or one of its verbs. Options and verbs live as long as the program.
class App {
  public:
    explicit App(const std::string& description);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    App* add_subcommand(const std::string& name, const std::string& description);
    /// `target`: int, long, unsigned long, double, std::string, or a vector or an optional of one
    /// of these.
    template <typename T>
    Option* add_option(const std::string& name, T& target, const std::string& help);
    /// `read` is called with what was given.
    Option* add_option_function(const std::string& name,
                                const std::function<void(const std::string&)>& read,
                                const std::string& help);
    /// "!--no-x" sets the variable to false.
    Option* add_flag(const std::string& name, bool& target, const std::string& help);
    /// What --version prints.
    void set_version_flag(const std::string& text);
    /// An option, or (with `type` empty) a flag, that is all the program does: it prints what
    /// `text` makes of the value, and ends.
    void set_text_option(const std::string& name, const std::string& type, const std::string& help,
                         std::function<std::string(const std::string&)> text);
    void footer(const std::string& text);
    /// Called once the verb's options are read.
    void callback(std::function<void()> call);

    std::string get_name() const;
    /// How often an option was given.
    std::size_t count(const std::string& name) const;
    bool has_option(const std::string& name) const;
    /// Throws std::invalid_argument where there is none of this name.
    Option* get_option(const std::string& name);

    /// Reads the command line. True: the verb that it names is to run; false: help or the version
    /// was printed, which is all. Throws std::invalid_argument in the words of this program; for
    /// by_option.
    bool parse(int argc, const char* const* argv);
    /// Of a verb: whether the command line names it.
    bool parsed() const;
    /// The message of a refusal that begins with a field of the library's options, "learning rate"
    /// or "rel_tol", with the verb's option that sets it in its place: "--learning-rate (…)"; the
    /// help to see at its end where it names an option.
    std::string by_option(const std::string& message) const;
    /// Of the program: all that --help says, of every verb, as data (command_description.hpp).
    ProgramDescription describe() const;

  private:
    struct Inside;
    explicit App(CLI::App* app);
    Option* keep(CLI::Option* option);

    std::unique_ptr<Inside> inside_;
};

}  // namespace resdyn::cli
