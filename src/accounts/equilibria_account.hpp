/// @file
/// A study of equilibria told (`resdyn equilibria`).
#pragma once

#include <resdyn/studies/equilibria.hpp>

#include "account.hpp"

namespace resdyn {

/// The tables of equilibria_tables. A certificate is apart: certificate_text.
Account account_of(const EquilibriaStudy& study);

}  // namespace resdyn
