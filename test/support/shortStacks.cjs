// Jest makes stack traces of 100 lines. They take time even where nobody reads them: each expect() makes one, and so does
// each answer that isn't JSON.
Error.stackTraceLimit = 10;
