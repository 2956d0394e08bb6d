import "./register-gradients.js";
