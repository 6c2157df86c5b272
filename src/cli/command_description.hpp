/// @file
/// The command line as data: what --help prints, for whoever writes it in another form (completion
/// of shells, the manual page). Read off the options as the verbs added them; nothing is listed
/// twice.
#pragma once

#include <string>
#include <vector>

namespace resdyn::cli {

struct OptionDescription {
    std::vector<std::string> names;  ///< "-h", "--help"; of a positional its one name, "MODEL".
    std::string type;                ///< "TEXT", "INT", "UINT", "FLOAT"; empty: a flag.
    std::vector<std::string> words;  ///< the only values it takes; empty: any of its type.
    std::string default_value;       ///< empty: none is shown.
    std::string help;
    std::string group;  ///< title of its part of the help.

    bool is_flag() const { return type.empty(); }
};

struct VerbDescription {
    std::string name;  ///< empty: the program itself.
    std::string about;
    std::vector<OptionDescription> positionals;
    std::vector<OptionDescription> options;
    std::string footer;
};

struct ProgramDescription {
    VerbDescription program;
    std::vector<VerbDescription> verbs;
};

}  // namespace resdyn::cli
