/// @file
/// The certificate of a list of equilibria as a file: JSON with every number exact (weights and
/// nearest doubles in hexadecimal, rationals as decimal integers). Format: doc/certificate.md.
#pragma once

#include <string>

#include <resdyn/stable/certificate.hpp>

namespace resdyn {

inline constexpr int certificate_version = 4;

/// The whole file. `system` is the one the certificate was made for: its W, or the two factors B
/// and A where W is their product, is written beside the claims.
std::string certificate_text(const Certificate& certificate, const ResidualSystem& system);

}  // namespace resdyn
