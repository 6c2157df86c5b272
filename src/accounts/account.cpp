#include <resdyn/accounts/account.hpp>

#include <resdyn/model/parameters.hpp>

#include "words.hpp"

namespace resdyn {

nlohmann::ordered_json head_of(const ResidualSystem& system) {
    return {{"activation", to_string(system.activation())},
            {"step", system.step()},
            {"dimension", system.dimension()}};
}

std::string describe(const Network& network) {
    const NetworkShape shape = shape_of(network);
    const bool residual = shape.kind == NetworkKind::Residual;
    return fmt::format("{}, {}, N = {}, L = {}{}, {} weights",
                       residual ? "residual network" : "perceptron", to_string(shape.activation),
                       shape.width, shape.depth,
                       residual ? fmt::format(", h = {:g}", shape.step) : "",
                       shape.shared_weights ? "shared" : "own");
}

std::string words_of_reading(const WholeSystem* whole) {
    if (whole == nullptr) {
        return {};
    }
    return fmt::format(
        "weights read as decimals: {} of them are not the stored numbers (by {:.1e} at most); "
        "common denominator {:.17g}\n",
        whole->changed, whole->largest_change, whole->factor);
}

std::string words_of(const VerdictNotes& notes) {
    std::string words = words_of_reading(notes.whole);
    if (notes.rounding != nullptr) {
        if (const std::string text = describe(*notes.rounding); !text.empty()) {
            words += fmt::format(
                "{}{}\n", text, notes.whole == nullptr ? " (--as-decimals reads 0.1 as 1/10)" : "");
        }
    }
    return words;
}

}  // namespace resdyn
