#include <resdyn/equilibria/pattern.hpp>

#include <resdyn/core/error.hpp>

namespace resdyn {

std::vector<Index> Pattern::free_units() const {
    std::vector<Index> free;
    for (Index i = 0; i < size(); ++i) {
        if ((*this)[i] == UnitState::Free) {
            free.push_back(i);
        }
    }
    return free;
}

std::string to_string(const Pattern& pattern) {
    std::string word;
    for (const UnitState s : pattern.states) {
        word += s == UnitState::Low ? 'L' : s == UnitState::High ? 'H' : 'F';
    }
    return word;
}

Pattern pattern_from_string(std::string_view word) {
    Pattern pattern;
    for (const char letter : word) {
        switch (letter) {
            case 'L':
                pattern.states.push_back(UnitState::Low);
                break;
            case 'H':
                pattern.states.push_back(UnitState::High);
                break;
            case 'F':
                pattern.states.push_back(UnitState::Free);
                break;
            default:
                reject_input("pattern", "one of L, H, F per unit", word);
        }
    }
    return pattern;
}

Pattern pattern_of(const Vector& y, Activation activation, double tolerance) {
    const Levels range = levels(activation);
    Pattern pattern;
    for (const double v : y) {
        pattern.states.push_back(v <= range.low + tolerance    ? UnitState::Low
                                 : v >= range.high - tolerance ? UnitState::High
                                                               : UnitState::Free);
    }
    return pattern;
}

}  // namespace resdyn
