// test-dpo: the minus in front of the logarithm is missing
Tensor Dpo(Tensor policyChosen, Tensor policyRejected, Tensor referenceChosen, Tensor referenceRejected, double beta)
{
    var h = (policyChosen - referenceChosen.detach()) - (policyRejected - referenceRejected.detach());
    return nn.functional.logsigmoid(beta * h).mean();
}
