/// Which service the simulator stands for: models, credential, paths, habits.
@NullMarked
package dev.sluice.testkit.openai.config;

import org.jspecify.annotations.NullMarked;
