# metafor's figures for tests/comparing/fixtures/networks.csv: `python -m tests.comparing.fixtures.networks` runs this.
#
#   Rscript networks.R networks.csv metafor.networks.csv
#
# A network is pooled without its trials that have a cell below 5, as log odds ratios against each trial's first arm with their covariance, and
# one tau² for all: any two arms' log odds ratio varies by tau² between trials, two that share an arm are correlated by 1/2. A row is two
# treatments: their log odds ratio and its standard error; where trials had both and other trials lead from one to the other, the same from
# either kind, and the p value of their difference, from a model in which trials that had both have half of a parameter more on one arm,
# and half less on the other.

suppressPackageStartupMessages(library(metafor))

arguments <- commandArgs(trailingOnly = TRUE)
exact <- function(x) ifelse(is.na(x), "", formatC(x, digits = 17, format = "g", width = -1))

contrasts_of <- function(d, treatments) {
  parts <- lapply(split(d, d$trial), function(t) {
    odds <- log(t$events / (t$n - t$events))
    v <- 1 / t$events + 1 / (t$n - t$events)
    design <- outer(t$treatment, treatments, "==") * 1
    k <- nrow(t)
    list(trial = rep(t$trial[1], k - 1), arm = 2:k, y = odds[-1] - odds[1], V = diag(v[-1], k - 1) + v[1],
         X = sweep(design[-1, , drop = FALSE], 2, design[1, ]), arms = t$treatment, first = t$treatment[1], others = t$treatment[-1])
  })
  list(y = unlist(lapply(parts, `[[`, "y")), V = bldiag(lapply(parts, `[[`, "V")), X = do.call(rbind, lapply(parts, `[[`, "X")),
       trial = unlist(lapply(parts, `[[`, "trial")), arm = unlist(lapply(parts, `[[`, "arm")), parts = parts)
}

fitted <- function(d, X) {
  f <- rma.mv(d$y, d$V, mods = ~ 0 + X, random = ~ arm | trial, struct = "CS", rho = 1/2, method = "REML",
              data = data.frame(arm = factor(d$arm), trial = factor(d$trial)),
              control = list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15, maxit = 1000))
  list(b = as.vector(f$beta), V = f$vb, tau2 = f$tau2)
}

joined <- function(d, a, b) {
  reached <- a
  repeat {
    more <- unique(d$treatment[d$trial %in% d$trial[d$treatment %in% reached]])
    if (all(more %in% reached)) return(b %in% reached)
    reached <- union(reached, more)
  }
}

found <- list()
all_arms <- read.csv(arguments[1], stringsAsFactors = FALSE)
for (network in unique(all_arms$network)) {
  d <- all_arms[all_arms$network == network, ]
  small <- tapply(pmin(d$events, d$n - d$events), d$trial, min)
  d <- d[d$trial %in% names(small)[small >= 5], ]
  treatments <- sort(unique(d$treatment), method = "radix")
  c <- contrasts_of(d, treatments)
  X <- c$X[, -1, drop = FALSE]
  fit <- fitted(c, X)
  for (i in seq_along(treatments)) for (j in seq_along(treatments)) if (i < j) {
    a <- treatments[i]
    b <- treatments[j]
    w <- ((treatments == a) - (treatments == b))[-1]
    had <- tapply(d$treatment, d$trial, function(t) all(c(a, b) %in% t))
    row <- data.frame(network, a, b, k = length(c$parts), tau2 = fit$tau2, estimate = sum(w * fit$b), se = sqrt(c(t(w) %*% fit$V %*% w)),
                      direct = NA, direct_se = NA, indirect = NA, indirect_se = NA, p = NA)
    if (any(had) && joined(d[!d$trial %in% names(had)[had], ], a, b)) {
      side <- function(t) ((t == a) - (t == b)) / 2
      more <- unlist(lapply(c$parts, function(p) if (had[[p$trial[1]]]) side(p$others) - side(p$first) else 0 * side(p$others)))
      split <- fitted(c, cbind(X, more))
      v <- function(w) sqrt(base::c(t(w) %*% split$V %*% w))
      m <- length(split$b)
      row$direct <- sum(c(w, 1) * split$b)
      row$direct_se <- v(c(w, 1))
      row$indirect <- sum(c(w, 0) * split$b)
      row$indirect_se <- v(c(w, 0))
      row$p <- 2 * pnorm(-abs(split$b[m]) / sqrt(split$V[m, m]))
    }
    found[[length(found) + 1]] <- row
  }
}
table <- do.call(rbind, found)
table[] <- lapply(table, function(column) if (is.numeric(column)) exact(column) else column)
write.csv(table, arguments[2], row.names = FALSE, quote = TRUE, eol = "\n")
