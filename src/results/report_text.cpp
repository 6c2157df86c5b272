#include "report_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace resdyn::readable {

namespace {

constexpr std::size_t listed_values = 6;  ///< eigenvalues written out in one cell.

}  // namespace

std::string number(double value) {
    if (std::isnan(value)) {
        return "–";
    }
    if (std::isinf(value)) {
        return value > 0 ? "∞" : "−∞";
    }
    const std::string text = fmt::format("{:.4g}", std::abs(value));
    return value < 0 ? "−" + text : text;
}

std::string percent(const Proportion& p) {
    return fmt::format("{:.1f} % ± {:.1f} %", 100.0 * p.value, 100.0 * p.standard_error);
}

std::string yes_no(bool holds) {
    return holds ? "yes" : "no";
}

std::string words(std::string_view label) {
    std::string text(label);
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::string complex_number(const Complex& value) {
    if (value.imag() == 0) {
        return number(value.real());
    }
    return fmt::format("{} {} {}i", number(value.real()), value.imag() < 0 ? "−" : "+",
                       number(std::abs(value.imag())));
}

std::string complex_list(const std::vector<Complex>& values) {
    std::string text;
    for (std::size_t k = 0; k < std::min(values.size(), listed_values); ++k) {
        text += (k == 0 ? "" : ",  ") + complex_number(values[k]);
    }
    return values.size() > listed_values ? text + fmt::format(", … ({})", values.size()) : text;
}

std::string point(const Vector& y) {
    std::string text = "(";
    for (Index i = 0; i < y.size(); ++i) {
        text += (i == 0 ? "" : ", ") + number(y[i]);
    }
    return text + ")";
}

}  // namespace resdyn::readable
